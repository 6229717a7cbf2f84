// Package emlfile is the default channel, "outbox": the delivery log itself is where the mail went, and people read it in the viewer.
// With a folder each message is also a file there, <message id>.eml, which any mail program opens.
package emlfile

import (
	"context"
	"errors"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"time"

	"marquee/internal/id"
	"marquee/subgraphs/notifications/internal/notification"
)

// Name is the channel's name in the delivery log.
const Name = "outbox"

// Channel implements notification.Channel.
type Channel struct {
	dir  string
	from mail.Address
}

// New returns the channel. dir is made if missing; "" writes no files. from is the sender's address.
func New(dir string, from mail.Address) (*Channel, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, err
		}
	}
	return &Channel{dir: dir, from: from}, nil
}

// Name implements notification.Channel.
func (*Channel) Name() string { return Name }

// AtOnce implements notification.Paced: a file and the log of its sending are flushed to the disk that the databases of the same machine
// flush their commits to. Several at a time only make bookings wait, and mail can.
func (*Channel) AtOnce() int { return 1 }

// Rest implements notification.Paced: while thousands book, their mail takes a fifth of the disk's time at most.
func (*Channel) Rest(worked time.Duration) time.Duration { return 4 * worked }

// Send implements notification.Channel. A repeated call writes the same bytes to the same file; a resend replaces it.
func (c *Channel) Send(ctx context.Context, e notification.Envelope) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	to, err := address(e.To)
	if err != nil {
		return notification.Refuse("The address is not valid.", err)
	}
	if !id.Is("msg", e.MessageID) { // it becomes a file name
		return notification.Refuse("The message has no valid id.", nil)
	}
	if c.dir == "" {
		return nil
	}
	raw, err := compose(c.from, to, e)
	if err != nil {
		return notification.Refuse("The message cannot be written as a mail.", err)
	}
	if err := replace(filepath.Join(c.dir, e.MessageID+".eml"), raw); err != nil {
		return notification.Postpone("The mail file cannot be written.", err)
	}
	return nil
}

// address takes a bare address only: no name, no list, no line breaks.
func address(s string) (mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return mail.Address{}, err
	}
	if a.Address != s || strings.ContainsAny(s, "\r\n\x00") {
		return mail.Address{}, errors.New("not a bare address")
	}
	return *a, nil
}

// replace writes a file so that after a crash there is all of it or what was there before.
func replace(path string, raw []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".eml-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(raw); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(dir) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
