package main

import (
	"net/netip"
	"strconv"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	"github.com/np-guard/netpol-analyzer/pkg/netpol/eval"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func evaluatorsFor(asked question) ([]evaluator, error) {
	analyzer, err := newAnalyzer(asked)
	if err != nil {
		return nil, err
	}
	return []evaluator{analyzer, newCyclonus(asked)}, nil
}

// withRanges copies the policies. A range that is not to be kept becomes a peer that nobody is: a rule without peers would
// mean everybody.
func withRanges(policies []networkingv1.NetworkPolicy, keep func(netip.Prefix) bool) []*networkingv1.NetworkPolicy {
	copies := make([]*networkingv1.NetworkPolicy, 0, len(policies))
	for i := range policies {
		policy := policies[i].DeepCopy()
		for _, peer := range peersOf(policy) {
			if peer.IPBlock != nil && !keep(netip.MustParsePrefix(peer.IPBlock.CIDR)) {
				*peer = networkingv1.NetworkPolicyPeer{PodSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"conformance.invalid/nobody": "true"}}}
			}
		}
		copies = append(copies, policy)
	}
	return copies
}

// https://github.com/np-guard/netpol-analyzer
type analyzer struct {
	engine *eval.PolicyEngine
	names  map[string]string
}

func newAnalyzer(asked question) (*analyzer, error) {
	result := &analyzer{engine: eval.NewPolicyEngine(), names: map[string]string{}}
	for name, labels := range asked.Namespaces {
		if err := result.engine.UpsertObject(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}); err != nil {
			return nil, err
		}
	}
	for i, pod := range asked.Pods {
		name := types.NamespacedName{Namespace: pod.Namespace, Name: nameOf(i)}
		result.names[pod.ID] = name.String()
		container := corev1.Container{}
		for _, port := range pod.Ports {
			container.Ports = append(container.Ports, corev1.ContainerPort{Name: port.Name, ContainerPort: port.Number, Protocol: port.Protocol})
		}
		object := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: name.Name, Namespace: name.Namespace, Labels: pod.Labels},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{container}},
			// It takes pods with addresses only; that of a node may always connect, so it is none that could be asked about.
			Status: corev1.PodStatus{HostIP: "none", PodIPs: []corev1.PodIP{{IP: "none"}}},
		}
		if err := result.engine.UpsertObject(object); err != nil {
			return nil, err
		}
	}
	// It reads an IPv6 range as one of IPv4.
	for _, policy := range withRanges(asked.Policies, func(prefix netip.Prefix) bool { return prefix.Addr().Is4() }) {
		if err := result.engine.UpsertObject(policy); err != nil {
			return nil, err
		}
	}
	return result, nil
}

func (a *analyzer) name() string { return "netpol-analyzer" }

func (a *analyzer) allows(from, to endpoint, protocol corev1.Protocol, port int) (bool, error) {
	return a.engine.CheckIfAllowed(a.peer(from), a.peer(to), string(protocol), strconv.Itoa(port))
}

func (a *analyzer) peer(end endpoint) string {
	if end.pod == nil {
		return end.address.String()
	}
	return a.names[end.pod.ID]
}

// https://github.com/mattfenwick/cyclonus
type cyclonus struct {
	withAddresses *matcher.Policy
	// Between pods: a range should be outside of the cluster, says Kubernetes' documentation, so it means no pod.
	withoutAddresses *matcher.Policy
	namespaces       map[string]map[string]string
}

func newCyclonus(asked question) *cyclonus {
	build := func(keep bool) *matcher.Policy {
		return matcher.BuildNetworkPolicies(false, withRanges(asked.Policies, func(netip.Prefix) bool { return keep }))
	}
	return &cyclonus{withAddresses: build(true), withoutAddresses: build(false), namespaces: asked.Namespaces}
}

func (c *cyclonus) name() string { return "cyclonus" }

func (c *cyclonus) allows(from, to endpoint, protocol corev1.Protocol, port int) (bool, error) {
	policy := c.withAddresses
	if from.pod != nil && to.pod != nil {
		policy = c.withoutAddresses
	}
	traffic := &matcher.Traffic{Source: c.peer(from), Destination: c.peer(to), ResolvedPort: port, Protocol: protocol}
	if to.pod != nil {
		for _, known := range to.pod.Ports {
			if int(known.Number) == port && known.Protocol == protocol {
				traffic.ResolvedPortName = known.Name
			}
		}
	}
	return policy.IsTrafficAllowed(traffic).IsAllowed(), nil
}

func (c *cyclonus) peer(end endpoint) *matcher.TrafficPeer {
	if end.pod == nil {
		return &matcher.TrafficPeer{IP: end.address.String()}
	}
	return &matcher.TrafficPeer{Internal: &matcher.InternalPeer{
		PodLabels: end.pod.Labels, NamespaceLabels: c.namespaces[end.pod.Namespace], Namespace: end.pod.Namespace,
	}}
}
