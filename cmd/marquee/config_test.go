package main

import (
	"reflect"
	"strings"
	"testing"

	"marquee/internal/config"
)

// Settings within settings are printed too, and no secret's value.
func TestPrintSettingsHidesSecrets(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	printSettings(&out, reflect.ValueOf(config.Config{
		Addr: "127.0.0.1:1", InternalKey: "hush-1", EventSecret: "hush-2", RedisURL: "redis://u:hush-3@host",
		Providers: config.Providers{StripeSecretKey: "hush-4", StripePublishableKey: "pk_test_1", StripeWebhookSecret: "hush-5"},
	}))
	if strings.Contains(out.String(), "hush") {
		t.Errorf("a secret is printed:\n%s", out.String())
	}
	for _, want := range []string{"MARQUEE_ADDR\t127.0.0.1:1\t", "MARQUEE_STRIPE_SECRET_KEY\t(set)\t", "MARQUEE_STRIPE_PUBLISHABLE_KEY\tpk_test_1\t"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}
