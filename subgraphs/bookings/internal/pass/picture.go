package pass

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// quiet is the margin that a QR code needs, in modules (ISO/IEC 18004).
const quiet = 4

// Picture draws a payload as a QR code of error correction level M: one module a pixel, without its margin.
func Picture(payload string) (barcode.Barcode, error) { return qr.Encode(payload, qr.M, qr.Auto) }

// SVG draws a payload as an SVG document, black on white, with its margin.
func SVG(payload string) (string, error) {
	code, err := Picture(payload)
	if err != nil {
		return "", err
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; {
			run := x
			for run < size && Dark(code, run, y) {
				run++
			}
			if run == x {
				x++
				continue
			}
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run-x, run-x)
			x = run
		}
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %[1]d" shape-rendering="crispEdges">`+
		`<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="%[2]s"/></svg>`, size+2*quiet, path.String()), nil
}

func Dark(code barcode.Barcode, x, y int) bool {
	r, _, _, _ := code.At(x, y).RGBA()
	return r == 0
}

// SVGURL is SVG in a data: URL.
func SVGURL(payload string) (string, error) {
	svg, err := SVG(payload)
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(svg)), err
}
