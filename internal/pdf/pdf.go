// Package pdf sets up documents: an A4 page, a font that knows Latin, Greek, Cyrillic, Arabic, Hebrew and Armenian letters, and where in a
// document's data its title stands. What is on the pages is the caller's, with the components of maroto.
package pdf

import (
	"fmt"
	"time"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/johnfercher/maroto/v2"
	"github.com/johnfercher/maroto/v2/pkg/config"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/consts/pagesize"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/props"
	"github.com/johnfercher/maroto/v2/pkg/repository"
)

// Font is the family of the documents' text, in normal and bold.
const Font = "dejavu"

// New returns an empty document. The instant goes into its data, so that the same content is the same document.
func New(title string, made time.Time) (core.Maroto, error) {
	fonts, err := repository.New().
		AddUTF8FontFromBytes(Font, fontstyle.Normal, dejavusans.TTF).
		AddUTF8FontFromBytes(Font, fontstyle.Bold, dejavusansbold.TTF).
		Load()
	if err != nil {
		return nil, fmt.Errorf("pdf: fonts: %w", err)
	}
	const margin = 20 // millimetres
	return maroto.New(config.NewBuilder().
		WithPageSize(pagesize.A4).WithLeftMargin(margin).WithRightMargin(margin).WithTopMargin(margin).WithBottomMargin(margin).
		WithCustomFonts(fonts).WithDefaultFont(&props.Font{Family: Font, Size: 11}).
		WithTitle(title, true).WithCreator("Marquee", true).WithCreationDate(made.UTC()).
		WithCompression(true).WithSequentialMode().
		Build()), nil
}

// Bytes writes the document.
func Bytes(m core.Maroto) ([]byte, error) {
	doc, err := m.Generate()
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return doc.GetBytes(), nil
}
