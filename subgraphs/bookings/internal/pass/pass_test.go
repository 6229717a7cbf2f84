package pass

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"marquee/internal/id"
)

func setup(t *testing.T) (Pass, Key, string) {
	t.Helper()
	k, err := NewKey(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	p := Pass{TicketID: id.New("tik"), EventID: id.New("evt"), Revision: 3}
	payload, err := Sign(p, k)
	if err != nil {
		t.Fatal(err)
	}
	return p, k, payload
}

func TestSignedPassVerifiesByThePublicKeyAlone(t *testing.T) {
	t.Parallel()
	p, k, payload := setup(t)
	_, other, _ := setup(t)
	if len(payload) != 171 || !Looks(payload) {
		t.Errorf("payload %q of %d", payload, len(payload))
	}
	written, err := json.Marshal(KeySet{other.Public(), k.Public()})
	if err != nil {
		t.Fatal(err)
	}
	var keys KeySet
	if err := json.Unmarshal(written, &keys); err != nil {
		t.Fatal(err)
	}
	for _, read := range []string{payload, strings.ToLower(payload), " \t" + payload + "\r\n"} {
		if got, err := Verify(read, keys); err != nil || got != p {
			t.Errorf("%q: %+v, %v", read, got, err)
		}
	}
	if _, err := Verify(payload, KeySet{other.Public()}); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("without its key: %v", err)
	}
}

// Whatever single symbol is changed, the payload is refused.
func TestEveryChangedSymbolIsNoticed(t *testing.T) {
	t.Parallel()
	_, k, payload := setup(t)
	keys := KeySet{k.Public()}
	for i := range payload {
		for _, c := range []byte("A7Q2.") {
			if payload[i] == c {
				continue
			}
			changed := payload[:i] + string(c) + payload[i+1:]
			if got, err := Verify(changed, keys); err == nil {
				t.Errorf("symbol %d as %c: %+v", i, c, got)
			}
		}
	}
	for text, want := range map[string]error{
		"": ErrNotAPass, "7K3M-Q2XW-9TCH": ErrNotAPass, "MQ1.": ErrNotAPass, "MQ1.AAAA": ErrNotAPass, payload + "A": ErrNotAPass,
		payload[:len(payload)-1]: ErrNotAPass, "MQ2." + payload[4:]: ErrVersion, "MQ1." + strings.Repeat("A", 167): ErrUnknownKey,
	} {
		if _, err := Verify(text, keys); !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", text, err, want)
		}
	}
}

func TestKeySetsThatLieAreRefused(t *testing.T) {
	t.Parallel()
	_, k, _ := setup(t)
	_, other, _ := setup(t)
	for what, text := range map[string]string{
		"no key":     `{"keys":[]}`,
		"an RSA key": `{"keys":[{"kty":"RSA","kid":"a"}]}`,
		"short":      `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"` + k.ID + `","x":"AAAA"}]}`,
		"another id": `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"` + other.ID + `","x":"` + k.Public().X() + `"}]}`,
		"not a list": `{"keys":3}`,
	} {
		var keys KeySet
		if err := json.Unmarshal([]byte(text), &keys); err == nil {
			t.Errorf("%s: %+v", what, keys)
		}
	}
}

func TestNothingToSign(t *testing.T) {
	t.Parallel()
	p, k, _ := setup(t)
	for _, bad := range []Pass{{p.EventID, p.TicketID, 1}, {p.TicketID, p.EventID, 0}, {"", p.EventID, 1}, {p.TicketID, "evt_1", 1}} {
		if payload, err := Sign(bad, k); err == nil {
			t.Errorf("%+v: %s", bad, payload)
		}
	}
}

// A reader of another make reads what is drawn.
func TestPictureReadsBack(t *testing.T) {
	t.Parallel()
	_, _, payload := setup(t)
	code, err := Picture(payload)
	if err != nil {
		t.Fatal(err)
	}
	modules := code.Bounds().Dx()
	if modules > 45 { // version 7
		t.Errorf("%d modules", modules)
	}
	const scale = 4
	img := image.NewGray(image.Rect(0, 0, (modules+2*quiet)*scale, (modules+2*quiet)*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for y := range modules * scale {
		for x := range modules * scale {
			if Dark(code, x/scale, y/scale) {
				img.SetGray(x+quiet*scale, y+quiet*scale, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	pure := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, pure)
	if err != nil || read.GetText() != payload {
		t.Fatalf("read %v, %v", read, err)
	}
	url, err := SVGURL(payload)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(url, "data:image/svg+xml;base64,"))
	if err != nil || !bytes.HasPrefix(svg, []byte("<svg")) || bytes.Count(svg, []byte("M")) < 400 {
		t.Errorf("svg of %d bytes, %v", len(svg), err)
	}
}

func FuzzVerify(f *testing.F) {
	k, err := NewKey(time.Unix(0, 0))
	if err != nil {
		f.Fatal(err)
	}
	payload, err := Sign(Pass{id.New("tik"), id.New("evt"), 1}, k)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(payload)
	f.Add("MQ1.")
	f.Add("MQ9.AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := Verify(text, KeySet{k.Public()}); err == nil && !strings.EqualFold(strings.TrimSpace(text), payload) {
			t.Errorf("%q passes as %+v", text, p)
		}
	})
}
