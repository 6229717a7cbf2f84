package main

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"text/tabwriter"

	"marquee/internal/config"
)

type configCommand struct{}

// Run prints the settings, secrets hidden.
func (configCommand) Run() error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 2, 8, 2, ' ', 0)
	printSettings(w, reflect.ValueOf(*cfg))
	for _, s := range specs() {
		for _, row := range []struct{ prefix, value, help string }{
			{"MARQUEE_DATABASE_", config.Redact(config.DatabaseURL(s.Name)), "PostgreSQL of " + s.Name + "; embedded when empty"},
			{"MARQUEE_SUBGRAPH_", config.SubgraphURL(s.Name), "GraphQL address of " + s.Name + " for the router; from the supergraph when empty"},
		} {
			fmt.Fprintf(w, "%s%s_URL\t%s\t%s\n", row.prefix, strings.ToUpper(s.Name), row.value, row.help)
		}
	}
	return w.Flush()
}

// printSettings prints the fields of a struct of settings, those of structs within it included.
func printSettings(w io.Writer, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Type.Kind() == reflect.Struct {
			printSettings(w, v.Field(i))
			continue
		}
		value := fmt.Sprint(v.Field(i).Interface())
		switch f.Name {
		case "InternalKey", "EventSecret":
			if value != "" {
				value = "(set)"
			}
		case "RedisURL":
			value = config.Redact(value)
		}
		if f.Tag.Get("secret") != "" && value != "" {
			value = "(set)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.Tag.Get("env"), value, f.Tag.Get("help"))
	}
}
