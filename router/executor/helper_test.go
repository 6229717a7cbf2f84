package executor

import "context"

var ctxBackground = context.Background()
