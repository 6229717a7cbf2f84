package router

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"marquee/router/front"
	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/transport"
)

// uploadType is the scalar of files.
const uploadType = "Upload"

// attach checks where files go and hands them to the executor: each must be an
// Upload of a mutation, in a variable that goes to one subgraph's root fields.
// In the variables null takes their place.
func (o *planRun) attach(op *operation.Operation, files []*front.Upload) *front.Failure {
	refused := func(format string, args ...any) *front.Failure {
		return front.Fail(http.StatusBadRequest, front.CodeUploadRefused, fmt.Sprintf(format, args...))
	}
	if o.bound.plan.Kind != plan.Mutation {
		return refused("Files go with mutations only.")
	}
	o.files = map[string][]transport.File{}
	for _, u := range files {
		path := strings.Join(u.Path, ".")
		if op.TypeAt(u.Path[1:]) != uploadType {
			return refused("No file can be at %q.", path)
		}
		name := u.Path[1]
		o.vars[name] = bytes.Replace(o.vars[name], []byte(`"`+u.Token+`"`), []byte("null"), 1)
		o.files[name] = append(o.files[name], transport.File{
			Path: path, Name: u.Name, ContentType: u.ContentType, Size: u.Size, Content: u.Content,
		})
	}
	subgraph := ""
	for i := range o.bound.plan.Fetches {
		f := &o.bound.plan.Fetches[i]
		if !slices.ContainsFunc(f.Variables, func(name string) bool { return o.files[name] != nil }) {
			continue
		}
		if f.Kind != plan.Root || (subgraph != "" && subgraph != f.Subgraph) {
			return refused("The files would go to several subgraphs.")
		}
		subgraph = f.Subgraph
	}
	return nil
}
