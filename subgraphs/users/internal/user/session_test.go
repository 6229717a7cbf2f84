package user

import (
	"testing"
	"time"

	"marquee/internal/errs"
)

func TestExchange(t *testing.T) {
	t.Parallel()
	rotated := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name       string
		generation int
		after      time.Duration
		ended      bool
		code       errs.Code
		becomes    int // generation of the family
	}{
		{"the newest", 3, time.Hour, false, "", 4},
		{"the one before, at once", 2, 0, false, "", 3},
		{"the one before, at the end of the grace", 2, Grace, false, "", 3},
		{"the one before, later", 2, Grace + time.Microsecond, false, TokenReused, 3},
		{"an older one, at once", 1, 0, false, TokenReused, 3},
		{"the newest, just in time", 3, IdleTime - time.Microsecond, false, "", 4},
		{"the newest, too late", 3, IdleTime, false, SessionEnded, 3},
		{"an older one, too late", 1, IdleTime, false, SessionEnded, 3},
		{"of an ended family", 3, 0, true, SessionEnded, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := Family{Generation: 3, RotatedAt: rotated, ExpiresAt: rotated.Add(IdleTime), Ended: c.ended}
			now := rotated.Add(c.after)
			err := f.Exchange(c.generation, now)
			if errs.CodeOf(err) != c.code || f.Generation != c.becomes {
				t.Fatalf("%v, generation %d", err, f.Generation)
			}
			if f.Ended != (c.ended || c.code == TokenReused) || (f.EndReason == EndedByReuse) != (c.code == TokenReused) {
				t.Errorf("ended %v because of %q", f.Ended, f.EndReason)
			}
			if c.becomes == 4 && !f.ExpiresAt.Equal(now.Add(IdleTime)) {
				t.Errorf("expires %v", f.ExpiresAt)
			}
		})
	}
}

func TestRefreshTokensAreReadBack(t *testing.T) {
	t.Parallel()
	token, hash := newRefreshToken()
	if got, ok := hashOf(token); !ok || got != hash {
		t.Errorf("%q reads as %x, %v", token, got, ok)
	}
	for _, bad := range []string{"", token[1:], token + "A", token[:len(token)-1], token + "=", "xyz_" + token[4:]} {
		if _, ok := hashOf(bad); ok {
			t.Errorf("%q was taken for a token", bad)
		}
	}
}
