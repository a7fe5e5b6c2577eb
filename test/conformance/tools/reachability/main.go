// Says which pods and addresses may connect to which, and on which ports, under a set of NetworkPolicies:
//
//	reachability QUESTIONS.json
//
// Two published evaluators are asked, and an answer on which they differ is an error. netpol-analyzer knows no IPv6.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

type question struct {
	Policies []networkingv1.NetworkPolicy `json:"policies"`
	// Labels of every namespace, by its name.
	Namespaces map[string]map[string]string `json:"namespaces"`
	Pods       []pod                        `json:"pods"`
	// Ranges that are told apart from what is around them, beside those in the policies.
	Ranges []string `json:"ranges"`
}

type pod struct {
	ID        string            `json:"id"`
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
	Ports     []port            `json:"ports"`
	// Only connections with such a pod at one end are asked about.
	Judged bool `json:"judged"`
}

type port struct {
	Name     string          `json:"name"`
	Number   int32           `json:"number"`
	Protocol corev1.Protocol `json:"protocol"`
}

type answer struct {
	// Each stands for itself and all up to the next one: nothing changes in between.
	Addresses   []netip.Addr `json:"addresses"`
	Connections []connection `json:"connections"`
}

// What is not listed is not allowed.
type connection struct {
	From     string          `json:"from"`
	To       string          `json:"to"`
	Protocol corev1.Protocol `json:"protocol"`
	// First and last port of each range.
	Ports [][2]int `json:"ports"`
}

// A pod, or an address outside of the cluster.
type endpoint struct {
	id      string
	pod     *pod
	address netip.Addr
}

type evaluator interface {
	name() string
	allows(from, to endpoint, protocol corev1.Protocol, port int) (bool, error)
}

func main() {
	answers, err := answerFile(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(answers)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answerFile(args []string) ([]answer, error) {
	if len(args) != 1 {
		return nil, errors.New("usage: reachability QUESTIONS.json")
	}
	content, err := os.ReadFile(args[0])
	if err != nil {
		return nil, err
	}
	var asked []question
	if err := json.Unmarshal(content, &asked); err != nil {
		return nil, err
	}
	answers := make([]answer, len(asked))
	for i := range asked {
		if answers[i], err = solve(asked[i]); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func solve(asked question) (answer, error) {
	for i := range asked.Policies {
		setDefaults(&asked.Policies[i])
	}
	addresses, err := addressesToAsk(asked)
	if err != nil {
		return answer{}, err
	}
	evaluators, err := evaluatorsFor(asked)
	if err != nil {
		return answer{}, err
	}
	ends := make([]endpoint, 0, len(asked.Pods)+len(addresses))
	for i := range asked.Pods {
		ends = append(ends, endpoint{id: asked.Pods[i].ID, pod: &asked.Pods[i]})
	}
	for _, address := range addresses {
		ends = append(ends, endpoint{id: address.String(), address: address})
	}

	result := answer{Addresses: addresses, Connections: []connection{}}
	for _, protocol := range []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP} {
		ports := portsToAsk(asked, protocol)
		for _, from := range ends {
			for _, to := range ends {
				if from.id == to.id || !(from.pod != nil && from.pod.Judged || to.pod != nil && to.pod.Judged) {
					continue
				}
				allowed, err := rangesBetween(evaluators, from, to, protocol, ports)
				if err != nil {
					return answer{}, err
				}
				if len(allowed) > 0 {
					result.Connections = append(result.Connections, connection{From: from.id, To: to.id, Protocol: protocol, Ports: allowed})
				}
			}
		}
	}
	return result, nil
}

// rangesBetween holds what is allowed. Each port to ask about stands for all up to the next one.
func rangesBetween(evaluators []evaluator, from, to endpoint, protocol corev1.Protocol, ports []int) ([][2]int, error) {
	var ranges [][2]int
	open := false
	for i, port := range ports {
		allowed, err := agree(evaluators, from, to, protocol, port)
		if err != nil {
			return nil, err
		}
		last := 65535
		if i+1 < len(ports) {
			last = ports[i+1] - 1
		}
		switch {
		case allowed && open:
			ranges[len(ranges)-1][1] = last
		case allowed:
			ranges = append(ranges, [2]int{port, last})
		}
		open = allowed
	}
	return ranges, nil
}

func agree(evaluators []evaluator, from, to endpoint, protocol corev1.Protocol, port int) (bool, error) {
	said := map[bool]string{}
	for _, evaluator := range evaluators {
		if evaluator.name() == "netpol-analyzer" && (from.address.Is6() || to.address.Is6()) {
			continue
		}
		allowed, err := evaluator.allows(from, to, protocol, port)
		if err != nil {
			return false, fmt.Errorf("%s: from %s to %s on %s %d: %w", evaluator.name(), from.id, to.id, protocol, port, err)
		}
		said[allowed] = evaluator.name()
	}
	if len(said) > 1 {
		return false, fmt.Errorf("from %s to %s on %s %d is allowed after %s and denied after %s", from.id, to.id, protocol, port, said[true], said[false])
	}
	return said[true] != "", nil
}

// setDefaults does what the API server does to a policy that names no types.
func setDefaults(policy *networkingv1.NetworkPolicy) {
	if len(policy.Spec.PolicyTypes) > 0 {
		return
	}
	policy.Spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
	if len(policy.Spec.Egress) > 0 {
		policy.Spec.PolicyTypes = append(policy.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
	}
}

// portsToAsk holds each port where a rule begins to apply, or applies no more.
func portsToAsk(asked question, protocol corev1.Protocol) []int {
	ports := []int{1}
	add := func(first, last int32) {
		ports = append(ports, int(first))
		if last < 65535 {
			ports = append(ports, int(last)+1)
		}
	}
	named := func(name string) {
		for _, pod := range asked.Pods {
			for _, port := range pod.Ports {
				if port.Name == name {
					add(port.Number, port.Number)
				}
			}
		}
	}
	for _, policy := range asked.Policies {
		for _, port := range portsOf(policy) {
			switch {
			case port.Port == nil || port.Protocol == nil && protocol != corev1.ProtocolTCP || port.Protocol != nil && *port.Protocol != protocol:
			case port.Port.Type == intstr.String:
				named(port.Port.StrVal)
			case port.EndPort != nil:
				add(port.Port.IntVal, *port.EndPort)
			default:
				add(port.Port.IntVal, port.Port.IntVal)
			}
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

func portsOf(policy networkingv1.NetworkPolicy) []networkingv1.NetworkPolicyPort {
	var ports []networkingv1.NetworkPolicyPort
	for _, rule := range policy.Spec.Ingress {
		ports = append(ports, rule.Ports...)
	}
	for _, rule := range policy.Spec.Egress {
		ports = append(ports, rule.Ports...)
	}
	return ports
}

// addressesToAsk holds each address where a range begins or has ended.
func addressesToAsk(asked question) ([]netip.Addr, error) {
	ranges := slices.Clone(asked.Ranges)
	for i := range asked.Policies {
		for _, peer := range peersOf(&asked.Policies[i]) {
			if peer.IPBlock != nil {
				ranges = append(append(ranges, peer.IPBlock.CIDR), peer.IPBlock.Except...)
			}
		}
	}
	addresses := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	for _, text := range ranges {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, prefix.Masked().Addr())
		if next := lastOf(prefix).Next(); next.IsValid() {
			addresses = append(addresses, next)
		}
	}
	slices.SortFunc(addresses, netip.Addr.Compare)
	return slices.Compact(addresses), nil
}

func lastOf(prefix netip.Prefix) netip.Addr {
	bytes := prefix.Masked().Addr().AsSlice()
	for bit := prefix.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

func peersOf(policy *networkingv1.NetworkPolicy) []*networkingv1.NetworkPolicyPeer {
	var peers []*networkingv1.NetworkPolicyPeer
	for i := range policy.Spec.Ingress {
		for j := range policy.Spec.Ingress[i].From {
			peers = append(peers, &policy.Spec.Ingress[i].From[j])
		}
	}
	for i := range policy.Spec.Egress {
		for j := range policy.Spec.Egress[i].To {
			peers = append(peers, &policy.Spec.Egress[i].To[j])
		}
	}
	return peers
}

func nameOf(index int) string {
	return "pod-" + strconv.Itoa(index)
}
