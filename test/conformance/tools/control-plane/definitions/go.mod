module conformance.invalid/definitions

go 1.26.1

require (
	github.com/fluxcd/flagger v1.44.0
	github.com/traefik/traefik/v3 v3.7.13
	istio.io/api v1.31.4
	sigs.k8s.io/gateway-api v1.6.3
)
