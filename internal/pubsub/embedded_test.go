package pubsub

import (
	"strings"
	"testing"
)

func TestEmbeddedIsBehindItsPassword(t *testing.T) {
	t.Parallel()
	server, err := StartEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := OpenRedis(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	_ = client.Close()
	for _, url := range []string{"redis://" + server.server.Addr() + "/0", "redis://:guess@" + server.server.Addr() + "/0"} {
		if c, err := OpenRedis(t.Context(), url); err == nil {
			_ = c.Close()
			t.Errorf("%s opens it", url)
		}
	}
}

func TestErrorsHideThePassword(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"redis://:s3cret@cache:port/0", "redis://:s3cret%zz@cache/0", "http://:s3cret@cache", "redis://:s3cret@127.0.0.1:1/0"} {
		if _, err := OpenRedis(t.Context(), url); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("error %v", err)
		}
	}
}
