package main

import (
	"strings"
	"testing"

	"marquee/internal/config"
	"marquee/internal/service"
	"marquee/internal/service/servicetest"
)

// In a distributed start the router's process answers for the subgraphs: every public route of theirs must be passed on.
func TestEveryPublicRouteIsPassedOn(t *testing.T) {
	t.Parallel()
	for _, spec := range specs() {
		t.Run(spec.Name, func(t *testing.T) {
			t.Parallel()
			s := servicetest.Start(t, spec, func(c *service.Config) {
				c.Providers = config.Providers{StripeSecretKey: "sk_test_1", StripePublishableKey: "pk_test_1", StripeWebhookSecret: "whsec_1"}
			})
			for pattern := range s.Instance.Routes {
				_, path, _ := strings.Cut(pattern, " ")
				passed := false
				for prefix, to := range proxied {
					passed = passed || to == spec.Name && (path == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(path, prefix))
				}
				if !passed {
					t.Errorf("%s is not passed on", pattern)
				}
			}
		})
	}
}
