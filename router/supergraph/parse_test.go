package supergraph

import (
	"os"
	"testing"
)

func TestTmp(t *testing.T) {
	b, _ := os.ReadFile("../../schema/supergraph.graphql")
	s, err := Parse(string(b), Options{})
	if err != nil { t.Fatal(err) }
	t.Log(len(s.Types), s.Graphs, s.SDL[:600])
}
