// A stand-in for the plugin by which Argo Rollouts divides requests with routes of the Gateway API, whose module could not be
// fetched to be pinned here. It reads the same part of a Rollout and writes weights to its routes as the plugin is documented to,
// and nothing else: routes by header and mirrors are taken and left undone.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/rollout/trafficrouting/plugin/rpc"
	"github.com/argoproj/argo-rollouts/utils/plugin/types"
	goplugin "github.com/hashicorp/go-plugin"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"
)

const name = "argoproj-labs/gatewayAPI"

// config is what a Rollout says to the plugin.
type config struct {
	Namespace  string  `json:"namespace"`
	HTTPRoute  string  `json:"httpRoute"`
	HTTPRoutes []route `json:"httpRoutes"`
	GRPCRoute  string  `json:"grpcRoute"`
	GRPCRoutes []route `json:"grpcRoutes"`
}

type route struct {
	Name string `json:"name"`
}

type plugin struct {
	routes dynamic.Interface
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	flag.Parse()
	rest, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		panic(err)
	}
	client, err := dynamic.NewForConfig(rest)
	if err != nil {
		panic(err)
	}
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: goplugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "ARGO_ROLLOUTS_RPC_PLUGIN", MagicCookieValue: "trafficrouter"},
		Plugins:         map[string]goplugin.Plugin{"RpcTrafficRouterPlugin": &rpc.RpcTrafficRouterPlugin{Impl: &plugin{routes: client}}},
	})
}

func (p *plugin) InitPlugin() types.RpcError { return types.RpcError{} }

func (p *plugin) Type() string { return "GatewayAPI" }

func (p *plugin) SetWeight(rollout *v1alpha1.Rollout, weight int32, _ []v1alpha1.WeightDestination) types.RpcError {
	canary := rollout.Spec.Strategy.Canary
	var asked config
	if err := json.Unmarshal(canary.TrafficRouting.Plugins[name], &asked); err != nil {
		return types.RpcError{ErrorString: err.Error()}
	}
	namespace := asked.Namespace
	if namespace == "" {
		namespace = rollout.Namespace
	}
	weights := map[string]int64{canary.CanaryService: int64(weight), canary.StableService: int64(100 - weight)}
	for resource, names := range map[string][]string{"httproutes": namesOf(asked.HTTPRoute, asked.HTTPRoutes), "grpcroutes": namesOf(asked.GRPCRoute, asked.GRPCRoutes)} {
		for _, route := range names {
			if err := p.weigh(resource, namespace, route, weights); err != nil {
				return types.RpcError{ErrorString: fmt.Sprintf("%s %s/%s: %v", resource, namespace, route, err)}
			}
		}
	}
	return types.RpcError{}
}

func namesOf(one string, several []route) []string {
	names := []string{}
	if one != "" {
		names = append(names, one)
	}
	for _, route := range several {
		names = append(names, route.Name)
	}
	return names
}

// weigh gives both Services their weights, in every rule that leads to both; a route without such a rule is an error.
func (p *plugin) weigh(resource, namespace, route string, weights map[string]int64) error {
	routes := p.routes.Resource(schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: resource}).Namespace(namespace)
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		live, err := routes.Get(context.Background(), route, metav1.GetOptions{})
		if err != nil {
			return err
		}
		rules, _, err := unstructured.NestedSlice(live.Object, "spec", "rules")
		if err != nil {
			return err
		}
		divided := 0
		for _, rule := range rules {
			divided += weighRule(rule, weights)
		}
		if divided == 0 {
			return fmt.Errorf("no rule leads to both Services")
		}
		if err := unstructured.SetNestedSlice(live.Object, rules, "spec", "rules"); err != nil {
			return err
		}
		_, err = routes.Update(context.Background(), live, metav1.UpdateOptions{})
		return err
	})
}

func weighRule(rule any, weights map[string]int64) int {
	fields, ok := rule.(map[string]any)
	if !ok {
		return 0
	}
	refs, ok := fields["backendRefs"].([]any)
	if !ok {
		return 0
	}
	found := []map[string]any{}
	for _, ref := range refs {
		if backend, ok := ref.(map[string]any); ok {
			if service, ok := backend["name"].(string); ok {
				if _, known := weights[service]; known {
					found = append(found, backend)
				}
			}
		}
	}
	if len(found) != len(weights) {
		return 0
	}
	for _, backend := range found {
		backend["weight"] = weights[backend["name"].(string)]
	}
	return 1
}

func (p *plugin) UpdateHash(*v1alpha1.Rollout, string, string, []v1alpha1.WeightDestination) types.RpcError {
	return types.RpcError{}
}

func (p *plugin) SetHeaderRoute(*v1alpha1.Rollout, *v1alpha1.SetHeaderRoute) types.RpcError {
	return types.RpcError{}
}

func (p *plugin) SetMirrorRoute(*v1alpha1.Rollout, *v1alpha1.SetMirrorRoute) types.RpcError {
	return types.RpcError{}
}

func (p *plugin) RemoveManagedRoutes(*v1alpha1.Rollout) types.RpcError { return types.RpcError{} }

// VerifyWeight says that nothing is known of how far the proxies are, as the plugin does.
func (p *plugin) VerifyWeight(*v1alpha1.Rollout, int32, []v1alpha1.WeightDestination) (types.RpcVerified, types.RpcError) {
	return types.NotImplemented, types.RpcError{}
}
