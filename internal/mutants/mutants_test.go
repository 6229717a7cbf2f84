package main

import (
	"path/filepath"
	"testing"
)

// Every change still applies to the source, exactly once, and changes something. Who changes such a line changes the table too.
func TestEveryBugCanBeMade(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range mutants {
		if names[m.name] || len(m.edits) == 0 || m.bug == "" {
			t.Errorf("%s: twice, or without a change or a sentence", m.name)
		}
		names[m.name] = true
		for _, e := range m.edits {
			if e.from == e.to {
				t.Errorf("%s changes nothing in %s", m.name, e.file)
			}
		}
		if _, err := m.overlay(root, t.TempDir()); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
	}
}
