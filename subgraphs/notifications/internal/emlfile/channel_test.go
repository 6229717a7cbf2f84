package emlfile

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/id"
	"marquee/subgraphs/notifications/internal/channeltest"
	"marquee/subgraphs/notifications/internal/notification"
)

var sender = mail.Address{Name: "Marquee", Address: "tickets@marquee.example"}

func TestChannel(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, func(t testing.TB) channeltest.Bench {
		dir := filepath.Join(t.TempDir(), "mail")
		c, err := New(dir, sender)
		if err != nil {
			t.Fatal(err)
		}
		return channeltest.Bench{Channel: c, Arrived: func(t testing.TB, messageID string) []channeltest.Mail { return read(t, dir, messageID) }}
	})
}

// read opens the mail of a message as a mail program would, and checks that nothing else lies around.
func read(t testing.TB, dir, messageID string) []channeltest.Mail {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []channeltest.Mail
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".eml") {
			t.Errorf("left over: %s", entry.Name())
		}
		if entry.Name() == messageID+".eml" {
			out = append(out, parse(t, filepath.Join(dir, entry.Name())))
		}
	}
	return out
}

func parse(t testing.TB, path string) channeltest.Mail {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		t.Fatal(err)
	}
	to, err := mail.ParseAddress(m.Header.Get("To"))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	key, _, _ := strings.Cut(strings.TrimPrefix(m.Header.Get("Message-Id"), "<"), "@")
	out := channeltest.Mail{Key: key, To: to.Address, Subject: subject, Headers: m.Header}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, into := range []*string{&out.Text, &out.HTML} {
		p, err := parts.NextPart() // decodes quoted-printable
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		*into = string(raw)
	}
	if _, err := parts.NextPart(); !errors.Is(err, io.EOF) {
		t.Errorf("a third part: %v", err)
	}
	return out
}

func TestWithoutFolder(t *testing.T) {
	t.Parallel()
	c, err := New("", sender)
	if err != nil {
		t.Fatal(err)
	}
	e := notification.Envelope{MessageID: id.New("msg"), Round: 1, To: "ada@example.org"}
	if err := c.Send(t.Context(), e); err != nil {
		t.Error(err)
	}
	e.To = "nobody"
	if err := c.Send(t.Context(), e); err == nil {
		t.Error("a bad address was taken")
	}
}

// A message id becomes a file name: nothing but an id may.
func TestIDIsNoPath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, err := New(filepath.Join(dir, "mail"), sender)
	if err != nil {
		t.Fatal(err)
	}
	err = c.Send(t.Context(), notification.Envelope{MessageID: "../escaped", Round: 1, To: "ada@example.org"})
	var refusal *notification.Refusal
	if !errors.As(err, &refusal) || !refusal.Final {
		t.Errorf("got %v, want a final refusal", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "escaped.eml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("written outside the folder: %v", err)
	}
}

func TestUnwritableFolderIsTriedAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mail")
	c, err := New(dir, sender)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	err = c.Send(t.Context(), notification.Envelope{MessageID: id.New("msg"), Round: 1, To: "ada@example.org"})
	var refusal *notification.Refusal
	if !errors.As(err, &refusal) || refusal.Final || strings.Contains(refusal.Reason, dir) {
		t.Errorf("got %v, want a passing refusal whose reason hides the folder", err)
	}
}
