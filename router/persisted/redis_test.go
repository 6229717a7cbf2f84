package persisted

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func openRedis(t *testing.T, address string, opt RedisOptions) *Redis {
	t.Helper()
	near, err := NewMemory(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenRedis(address, near, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestRedisIsShared(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	one, other := openRedis(t, "redis://"+server.Addr(), RedisOptions{TTL: time.Minute, MaxText: 100}), openRedis(t, "redis://"+server.Addr(), RedisOptions{TTL: time.Minute})
	const text = "{ teams { id } }"
	if err := one.Put(t.Context(), hashed(text), text); err != nil {
		t.Fatal(err)
	}
	server.FastForward(40 * time.Second)
	if got, ok, err := other.Get(t.Context(), hashed(text)); got != text || !ok || err != nil {
		t.Fatalf("%q %t %v", got, ok, err)
	}
	if ttl := server.TTL("apq:" + hashed(text)); ttl != time.Minute {
		t.Errorf("asked for, it lives %v more", ttl)
	}
	server.FastForward(time.Minute)
	third := openRedis(t, "redis://"+server.Addr(), RedisOptions{})
	if _, ok, err := third.Get(t.Context(), hashed(text)); ok || err != nil {
		t.Errorf("still there: %v", err)
	}
	if got, ok, _ := other.Get(t.Context(), hashed(text)); got != text || !ok {
		t.Error("the memory before Redis forgot it")
	}

	// Whoever can write to Redis cannot put another text under a hash.
	_ = server.Set("apq:"+hashed("{ a }"), "{ b }")
	if got, ok, err := third.Get(t.Context(), hashed("{ a }")); ok || err != nil {
		t.Errorf("%q %v", got, err)
	}
	if _, ok, err := third.Get(t.Context(), "no hash"); ok || err != nil {
		t.Error(err)
	}
	long := "{ a" + strings.Repeat(" ", 100) + "}"
	if err := one.Put(t.Context(), hashed(long), long); err != nil || server.Exists("apq:"+hashed(long)) {
		t.Errorf("a text that is too long is in Redis: %v", err)
	}
	if got, ok, _ := one.Get(t.Context(), hashed(long)); !ok || got != long {
		t.Error("nor in memory")
	}
}

func TestRedisThatIsDownIsAMiss(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	s := openRedis(t, "redis://"+server.Addr(), RedisOptions{})
	server.Close()
	const text = "{ teams { id } }"
	d := Documents{Store: s}
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	var known *Error
	for range 2 {
		if _, _, err := d.Document(t.Context(), Request{Hash: hashed(text)}); !errors.As(err, &known) || known.Code != CodeNotFound {
			t.Fatal(err)
		}
	}
	if err := s.Put(t.Context(), hashed(text), text); !errors.Is(err, errResting) {
		t.Errorf("%v: a Redis that is down is asked by everyone", err)
	}
	if got, _, err := d.Document(t.Context(), Request{Hash: hashed(text)}); got != text || err != nil {
		t.Errorf("%q %v: this process knows it", got, err)
	}
}

func TestAddressesOfRedis(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"redis://:s3cret@cache:port/0", "redis://:s3cret%zz@cache/0", "http://:s3cret@cache"} {
		if _, err := OpenRedis(address, nil, RedisOptions{}); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v", err)
		}
	}
}
