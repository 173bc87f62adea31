package storage

import (
	"encoding/json"
	"fmt"
)

// fromJSON reads a json or jsonb column into a value.
type fromJSON[T any] struct{ Value T }

// Scan implements sql.Scanner.
func (j *fromJSON[T]) Scan(column any) error {
	content, ok := column.([]byte)
	if !ok {
		return fmt.Errorf("read JSON from %T", column)
	}
	return json.Unmarshal(content, &j.Value)
}
