package persisted

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"marquee/internal/pubsub/redistest"
)

// TestRealRedis: what one router was sent another has, from a real server, for as long as it is asked for.
func TestRealRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	one := openRedis(t, server.URL(), RedisOptions{TTL: time.Hour, Timeout: 10 * time.Second})
	const text = "{ teams { id } }"
	if err := one.Put(t.Context(), hashed(text), text); err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr})
	t.Cleanup(func() { _ = client.Close() })
	if err := client.Expire(t.Context(), "apq:"+hashed(text), time.Minute).Err(); err != nil {
		t.Fatal(err)
	}
	other := openRedis(t, server.URL(), RedisOptions{TTL: time.Hour, Timeout: 10 * time.Second})
	if got, ok, err := other.Get(t.Context(), hashed(text)); got != text || !ok || err != nil {
		t.Fatalf("%q %t %v", got, ok, err)
	}
	if ttl := client.TTL(t.Context(), "apq:"+hashed(text)).Val(); ttl < 59*time.Minute {
		t.Errorf("asked for, it lives %v more", ttl)
	}
	server.Kill()
	third := openRedis(t, server.URL(), RedisOptions{Timeout: 10 * time.Second})
	if _, ok, err := third.Get(t.Context(), hashed(text)); ok || err == nil {
		t.Errorf("without a server: %t %v", ok, err)
	}
	if got, ok, _ := other.Get(t.Context(), hashed(text)); got != text || !ok {
		t.Error("the memory before Redis forgot it")
	}
}
