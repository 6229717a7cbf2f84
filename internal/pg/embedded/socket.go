package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// socketFolder makes a folder for the server's socket, short because the path of a socket has at most 107 bytes on Linux, 103 on macOS.
// Its name begins with our process id, so that the next start removes what killed processes left.
func socketFolder() (string, error) {
	base := "/tmp/marquee-" + strconv.Itoa(os.Geteuid())
	if err := os.Mkdir(base, 0o755); err != nil && !os.IsExist(err) { // #nosec G301 -- the server's user goes through it
		return "", err
	}
	info, err := os.Lstat(base)
	if err != nil {
		return "", err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(st.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s belongs to somebody else", base)
	}
	entries, err := os.ReadDir(base)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		name, _, _ := strings.Cut(e.Name(), "-")
		if pid, err := strconv.Atoi(name); err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
			_ = os.RemoveAll(filepath.Join(base, e.Name()))
		}
	}
	return os.MkdirTemp(base, strconv.Itoa(os.Getpid())+"-")
}
