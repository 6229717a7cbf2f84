package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"marquee/internal/config"
)

type keysCommand struct{}

// Run prints fresh secrets for a distributed start, as lines of an environment file.
func (keysCommand) Run() error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	_, err = fmt.Printf("MARQUEE_INTERNAL_KEY=%s\nMARQUEE_INTERNAL_PUBLIC_KEY=%s\nMARQUEE_EVENT_SECRET=%s\n",
		base64.StdEncoding.EncodeToString(private.Seed()), base64.StdEncoding.EncodeToString(public), hex.EncodeToString(secret))
	return err
}

type healthCommand struct{}

// Run asks the admin address of this machine's process whether it lives: the health check of containers that have no shell.
func (healthCommand) Run(ctx context.Context) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+cfg.AdminAddr+"/healthz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("unhealthy: %s", response.Status)
	}
	return nil
}
