package embedded

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// identity is who the server runs as: PostgreSQL refuses to run as root.
type identity struct {
	uid, gid  int  // of the files' owner
	other     bool // switch to uid and gid: we are root
	namespace bool // stay root outside, be an ordinary user inside a user namespace: folders that only root reaches
}

// identities lists whom to try. The owner of existing data decides alone.
func identities(data string) []identity {
	self := identity{uid: os.Geteuid(), gid: os.Getegid()}
	if self.uid != 0 {
		return []identity{self}
	}
	inside := identity{namespace: true}
	if info, err := os.Stat(data); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			if st.Uid == 0 {
				return []identity{inside}
			}
			return []identity{{uid: int(st.Uid), gid: int(st.Gid), other: true}}
		}
	}
	var out []identity
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.Atoi(u.Uid)
		gid, errG := strconv.Atoi(u.Gid)
		if errU == nil && errG == nil {
			out = append(out, identity{uid: uid, gid: gid, other: true})
		}
	}
	return append(out, inside)
}

// command prepares a program to run as the identity, in its own process group so that Ctrl-C reaches us first, with a clean environment.
func (i identity) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...) //nolint:noctx,gosec // Stop ends it, not the context of the start; G204: the program is PostgreSQL's, found by us
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "PGTZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if i.other {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(i.uid), Gid: uint32(i.gid)} // #nosec G115 -- ids of the system
	}
	if i.namespace {
		enterNamespace(cmd.SysProcAttr)
	}
	return cmd
}

// give makes a folder the identity's own.
func (i identity) give(path string) error {
	if !i.other {
		return nil
	}
	return os.Chown(path, i.uid, i.gid)
}
