package router

import "time"

// Uploads takes files with mutations (GraphQL multipart request specification).
// They are off unless MaxFiles is set; clients must send a header that causes a
// preflight, X-Marquee-Csrf or Apollo-Require-Preflight.
type Uploads struct {
	MaxFiles    int           `yaml:"max_files" env:"MAX_FILES"`         // of one request; 0 takes none
	MaxFileSize int64         `yaml:"max_file_size" env:"MAX_FILE_SIZE"` // bytes; 10 MB
	Memory      int64         `yaml:"memory" env:"MEMORY"`               // bytes of one request's files in memory, the rest in a temporary file; 1 MB
	Timeout     time.Duration `yaml:"timeout" env:"TIMEOUT"`             // for a request's body; 5 min
}
