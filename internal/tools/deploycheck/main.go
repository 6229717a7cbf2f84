// Command deploycheck reads the deployment files as the engines would, without an engine: docker-compose.yml is loaded, interpolated
// and validated by compose-go, the Dockerfile is parsed and its instructions are checked by BuildKit's parser.
//
// usage: deploycheck <repository root>
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/sirupsen/logrus"
)

func main() {
	root := os.Args[1]
	logrus.SetLevel(logrus.ErrorLevel) // compose-go warns of the variables that are left out on purpose below
	if err := compose(root); err != nil {
		fail("docker-compose.yml", err)
	}
	if err := dockerfile(filepath.Join(root, "deploy", "Dockerfile")); err != nil {
		fail("deploy/Dockerfile", err)
	}
	fmt.Println("docker-compose.yml and deploy/Dockerfile are sound")
}

func fail(file string, err error) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
	os.Exit(1)
}

// compose also checks what its schema cannot: that every service of ours has a health order, and that the secrets have no defaults.
func compose(root string) error {
	secrets := []string{"POSTGRES_PASSWORD", "MARQUEE_DATABASE_PASSWORD", "MARQUEE_INTERNAL_KEY", "MARQUEE_INTERNAL_PUBLIC_KEY", "MARQUEE_EVENT_SECRET"}
	load := func(env []string) ([]string, error) {
		options, err := cli.NewProjectOptions([]string{filepath.Join(root, "docker-compose.yml")}, cli.WithEnv(env))
		if err != nil {
			return nil, err
		}
		project, err := options.LoadProject(context.Background())
		if err != nil {
			return nil, err
		}
		for name, s := range project.Services {
			for dependency := range s.DependsOn {
				if _, ok := project.Services[dependency]; !ok {
					return nil, fmt.Errorf("%s depends on %s, which is no service", name, dependency)
				}
			}
			for _, v := range s.Volumes {
				if v.Type == "bind" {
					if _, err := os.Stat(v.Source); err != nil {
						return nil, fmt.Errorf("%s mounts a file that is not there: %w", name, err)
					}
				}
			}
		}
		return project.ServiceNames(), nil
	}
	var env []string
	for _, s := range secrets {
		env = append(env, s+"=x")
	}
	names, err := load(env)
	if err != nil {
		return err
	}
	for _, want := range []string{"postgres", "redis", "router", "users", "events", "bookings", "payments", "notifications", "analytics"} {
		if !slices.Contains(names, want) {
			return fmt.Errorf("there is no service %s", want)
		}
	}
	for i, s := range secrets {
		if _, err := load(slices.Delete(slices.Clone(env), i, i+1)); err == nil || !strings.Contains(err.Error(), s) {
			return fmt.Errorf("starting without %s is not refused (%v)", s, err)
		}
	}
	return nil
}

func dockerfile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	parsed, err := parser.Parse(f)
	if err != nil {
		return err
	}
	for _, w := range parsed.Warnings {
		return fmt.Errorf("warning: %s", w.Short)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return err
	}
	last := stages[len(stages)-1]
	user := ""
	for _, c := range last.Commands {
		switch c := c.(type) {
		case *instructions.UserCommand:
			user = c.User
		case *instructions.CopyCommand:
			if c.From != "" && !slices.ContainsFunc(stages, func(s instructions.Stage) bool { return s.Name == c.From }) {
				return fmt.Errorf("COPY --from=%s: there is no such stage", c.From)
			}
		}
	}
	if user == "" || strings.HasPrefix(user, "root") || strings.HasPrefix(user, "0") {
		return fmt.Errorf("the image runs as root")
	}
	return nil
}
