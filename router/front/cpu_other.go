//go:build !unix

package front

import "time"

// cpuUsed says that all processors were used all the time: what waits decides.
func cpuUsed() time.Duration { return time.Duration(time.Now().UnixNano()) << 8 }
