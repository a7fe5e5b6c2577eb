module conformance.invalid/definitions

go 1.26.1

require (
	github.com/cloudnative-pg/cloudnative-pg v1.30.0
	github.com/cloudnative-pg/plugin-barman-cloud v0.15.0
	github.com/fluxcd/flagger v1.44.0
	github.com/kubernetes-csi/external-snapshotter/client/v8 v8.7.0
	github.com/traefik/traefik/v3 v3.7.13
	github.com/vmware-tanzu/velero v1.18.3
	istio.io/api v1.31.4
	sigs.k8s.io/gateway-api v1.6.3
)
