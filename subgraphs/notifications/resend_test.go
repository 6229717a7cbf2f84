package notifications_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/service/servicetest"
)

type resent struct {
	ResendMessage struct {
		Message    *mail
		UserErrors []struct {
			Code  string
			Field []string
		}
	}
}

func resend(t *testing.T, s *servicetest.Subgraph, messageID string) resent {
	t.Helper()
	var d resent
	s.Do(t, admin, `mutation($id: ID!) { resendMessage(input: {id: $id}) { message { `+mailFields+` } userErrors { code field } } }`,
		map[string]any{"id": messageID}).Into(t, &d)
	return d
}

func TestResend(t *testing.T) {
	t.Parallel()
	s, ada := start(t), somebody()
	s.Deliver(t, ada.registered())
	s.Deliver(t, confirmed(ada.booking()))
	first := settled(t, s, admin, 1)[0]
	file := filepath.Join(s.Deps.DataDir, "mail", first.ID+".eml")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if got := resend(t, s, first.ID).ResendMessage; got.Message == nil || got.Message.Status != "QUEUED" || len(got.UserErrors) != 0 {
		t.Fatalf("resend: %+v", got)
	}
	second := settled(t, s, admin, 1)[0]
	if second.Status != "SENT" || second.Attempts != 2 || !second.SentAt.After(*first.SentAt) {
		t.Errorf("after the resend: %+v", second)
	}
	if raw, err := os.ReadFile(file); err != nil || !strings.Contains(string(raw), first.ID+".2@") {
		t.Errorf("mail file: %v\n%s", err, raw)
	}
	if got := resend(t, s, "msg_none").ResendMessage; got.Message != nil || len(got.UserErrors) != 1 || got.UserErrors[0].Code != "MESSAGE_NOT_FOUND" {
		t.Errorf("an unknown message: %+v", got)
	}
}

// While the channel does not work the message stays queued with its reason; once it works again the message arrives.
func TestBrokenChannelIsTriedAgain(t *testing.T) {
	t.Parallel()
	s, ada := start(t), somebody()
	dir := filepath.Join(s.Deps.DataDir, "mail")
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	s.Deliver(t, ada.registered())
	s.Deliver(t, confirmed(ada.booking()))
	var m mail
	eventually(t, func() (bool, string) {
		m = mails(t, s, admin)[0]
		return m.Failure != nil, "no failure noted"
	})
	if m.Status != "QUEUED" || *m.Failure != "The mail file cannot be written." {
		t.Errorf("mail: %+v", m)
	}
	if got := resend(t, s, m.ID).ResendMessage; len(got.UserErrors) != 1 || got.UserErrors[0].Code != "ALREADY_QUEUED" {
		t.Errorf("resending a queued message: %+v", got)
	}
	if err := os.Mkdir(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	sent := settled(t, s, admin, 1)[0]
	if sent.Status != "SENT" || sent.Attempts < 2 || sent.Failure != nil {
		t.Errorf("mail: %+v", sent)
	}
	if _, err := os.Stat(filepath.Join(dir, m.ID+".eml")); errors.Is(err, os.ErrNotExist) {
		t.Error("no mail file")
	}
}

func TestBadAddressFailsForGood(t *testing.T) {
	t.Parallel()
	s, ada := start(t), somebody()
	ada.email = "nobody at all"
	s.Deliver(t, ada.registered())
	s.Deliver(t, confirmed(ada.booking()))
	m := settled(t, s, ada.Viewer, 1)[0]
	if m.Status != "FAILED" || m.Failure == nil || *m.Failure != "The address is not valid." || m.Attempts != 1 || m.SentAt != nil {
		t.Errorf("mail: %+v", m)
	}
	if got := resend(t, s, m.ID).ResendMessage; got.Message == nil || got.Message.Failure != nil {
		t.Errorf("resend: %+v", got)
	}
	if m = settled(t, s, admin, 1)[0]; m.Status != "FAILED" || m.Attempts != 2 {
		t.Errorf("mail: %+v", m)
	}
}
