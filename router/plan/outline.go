package plan

import "encoding/json"

// Outline is a plan as clients are shown it: the requests to subgraphs, and what
// each waits for. Its JSON is
//
//	{"kind":"query","fetches":[{"id":0,"subgraph":"users","kind":"query","operation":"{…}","variables":["id"],"after":[],"at":[["me","cart"]]}]}
type Outline struct {
	Kind    string    `json:"kind"` // query, mutation or subscription
	Fetches []Outlook `json:"fetches"`
}

// Outlook is one request to a subgraph.
type Outlook struct {
	ID       int    `json:"id"`
	Subgraph string `json:"subgraph"`
	// Kind is "entities", or the kind of a root operation.
	Kind      string   `json:"kind"`
	Operation string   `json:"operation"`
	Variables []string `json:"variables"`
	// After are the ids of the requests it waits for.
	After []int `json:"after"`
	// At are the places of the answer whose objects are sent as representations, as
	// response keys from the root; what the client did not ask for has the name "".
	At [][]string `json:"at,omitempty"`
}

// Outline returns the plan's outline.
func (p *Plan) Outline() *Outline {
	out := &Outline{Kind: p.Kind.String(), Fetches: make([]Outlook, 0, len(p.Fetches))}
	for i := range p.Fetches {
		f := &p.Fetches[i]
		o := Outlook{
			ID: f.ID, Subgraph: f.Subgraph, Kind: f.OperationKind.String(), Operation: f.Operation,
			Variables: append([]string{}, f.Variables...), After: append([]int{}, f.Deps...),
		}
		if f.Kind == Entity {
			o.Kind = "entities"
		}
		for k := range f.Entries {
			for s := range f.Entries[k].Sources {
				o.At = append(o.At, p.place(f.Entries[k].Sources[s].Site))
			}
		}
		out.Fetches = append(out.Fetches, o)
	}
	return out
}

// place returns the response keys from the root to a site.
func (p *Plan) place(s SiteID) []string {
	if s == NoSite || p.Sites[s].Parent == NoSite {
		return []string{}
	}
	return append(p.place(p.Sites[s].Parent), p.Sites[s].Key)
}

// AppendJSON appends the outline's JSON.
func (o *Outline) AppendJSON(dst []byte) []byte {
	b, err := json.Marshal(o)
	if err != nil { // strings and numbers always marshal
		return append(dst, "null"...)
	}
	return append(dst, b...)
}
