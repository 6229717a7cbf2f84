package router_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"marquee/router"
)

func TestConfigFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "router.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("listen: 127.0.0.1:9\ntimeout: 5s\nintrospection: false\nlimits:\n  depth: 7\nsubgraphs:\n  users:\n    urls: [\"http://a/\", \"http://b/\"]\n    timeout: 2s\n")
	t.Setenv("MARQUEE_ROUTER_TIMEOUT", "7s")
	t.Setenv("MARQUEE_ROUTER_CORS_ORIGINS", "https://a.example,https://b.example")
	t.Setenv("MARQUEE_ROUTER_SUBGRAPHS_RETRIES", "-1")
	var c router.Config
	if err := c.Load(file); err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:9" || c.Timeout != 7*time.Second || c.Introspection != router.IntrospectionClosed || c.Limits.Depth != 7 || len(c.CORS.Origins) != 2 ||
		len(c.Subgraphs["users"].URLs) != 2 || c.Subgraphs["users"].Timeout != 2*time.Second || c.All.Retries != -1 {
		t.Errorf("%+v", c)
	}
	write("listne: 127.0.0.1:9\n")
	if err := new(router.Config).Load(file); err == nil {
		t.Error("an unknown key was accepted")
	}
}

// TestExampleNamesEverySetting: the example loads, and no setting is missing in it.
func TestExampleNamesEverySetting(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c router.Config
	if err := c.Load("example.yaml"); err != nil {
		t.Fatal(err)
	}
	if c.Auth.Issuers[0].Types[2] != "" || c.Subscriptions.GiveUp != 2*time.Minute {
		t.Errorf("%+v", c)
	}
	settings(t, reflect.TypeFor[router.Config](), string(text))
}

func settings(t *testing.T, typ reflect.Type, text string) {
	t.Helper()
	switch typ.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer:
		settings(t, typ.Elem(), text)
	case reflect.Struct:
		for i := range typ.NumField() {
			f := typ.Field(i)
			key := f.Tag.Get("yaml")
			if key == "-" || key == "" {
				continue
			}
			if !strings.Contains(text, key+":") {
				t.Errorf("%s.%s (%s) is not in the example", typ.Name(), f.Name, key)
			}
			settings(t, f.Type, text)
		}
	}
}
