package users_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/users"
)

const password = "seven green bicycles"

type bench struct {
	*servicetest.Subgraph
	clock *servicetest.Clock
}

func start(t *testing.T) bench {
	t.Helper()
	t.Parallel()
	c := servicetest.NewClock()
	return bench{servicetest.Start(t, users.Service(), servicetest.At(c.Now)), c}
}

type userError struct {
	Field   []string
	Message string
	Code    string
}

type user struct {
	ID, Name  string
	Email     *string
	Roles     []string
	CreatedAt time.Time
}

type session struct {
	AccessToken, RefreshToken                   string
	AccessTokenExpiresAt, RefreshTokenExpiresAt time.Time
	User                                        user
}

const sessionFields = `session { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt user { id name email roles createdAt } }
	userErrors { field message code }`

type answer struct {
	Session    *session
	Ended      bool
	User       *user
	UserErrors []userError
}

// mutate runs one mutation whose input type follows from its name.
func (b bench) mutate(t *testing.T, who *viewer.Viewer, name, fields string, input map[string]any) answer {
	t.Helper()
	inputType := string(name[0]-'a'+'A') + name[1:] + "Input"
	var out struct{ Answer answer }
	b.Do(t, who, fmt.Sprintf("mutation($input: %s!) { answer: %s(input: $input) { %s } }", inputType, name, fields),
		map[string]any{"input": input}).Into(t, &out)
	return out.Answer
}

func (b bench) register(t *testing.T, name, email string) *session {
	t.Helper()
	a := b.mutate(t, nil, "register", sessionFields, map[string]any{"name": name, "email": email, "password": password})
	if a.Session == nil {
		t.Fatalf("register: %+v", a.UserErrors)
	}
	return a.Session
}

func (b bench) logIn(t *testing.T, email, password string) answer {
	t.Helper()
	return b.mutate(t, nil, "logIn", sessionFields, map[string]any{"email": email, "password": password})
}

func (b bench) refresh(t *testing.T, token string) answer {
	t.Helper()
	return b.mutate(t, nil, "refreshSession", sessionFields, map[string]any{"refreshToken": token})
}

// wantCode fails unless the answer is exactly one user error of this code.
func wantCode(t *testing.T, a answer, code string, field ...string) {
	t.Helper()
	if len(a.UserErrors) != 1 || a.UserErrors[0].Code != code || a.UserErrors[0].Message == "" || a.Session != nil {
		t.Fatalf("want %s, got %+v", code, a)
	}
	if len(field) > 0 && !slices.Equal(a.UserErrors[0].Field, field) {
		t.Fatalf("want field %v, got %v", field, a.UserErrors[0].Field)
	}
}

func as(s *session, roles ...string) *viewer.Viewer {
	return &viewer.Viewer{UserID: s.User.ID, Roles: append([]string{viewer.User}, roles...)}
}

var admin = &viewer.Viewer{UserID: "usr_01jd5x0m6efc8rb3b3e9hqf5vt", Roles: []string{viewer.User, viewer.Admin}}

func (b bench) wantTop(t *testing.T, who *viewer.Viewer, document, code string) {
	t.Helper()
	if r := b.Do(t, who, document, nil); len(r.Errors) != 1 || r.Errors[0].Code != code {
		t.Errorf("%s: want %s, got %+v %s", document, code, r.Errors, r.Data)
	}
}
