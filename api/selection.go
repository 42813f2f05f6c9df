package api

import (
	"errors"
	"slices"
	"strings"

	"frontierwatch/api/codec"
)

// paramsSelection are the parameters by which parts of features are asked for.
func paramsSelection(collection string) []parameter {
	all := codec.Properties(collection)
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.Name
	}
	return []parameter{
		{
			name:        "properties",
			description: "Only these properties, in the order they always have; without it all of them.",
			schema:      schema{"type": "array", "minItems": 1, "items": schema{"type": "string", "enum": names}},
			read: func(a *asked, text string) error {
				columns := make([]bool, len(names))
				for name := range strings.SplitSeq(text, ",") {
					i := slices.Index(names, name)
					if i < 0 {
						return errors.New("must be names with commas between; those there are: " + strings.Join(names, ", "))
					}
					columns[i] = true
				}
				a.only.Columns = columns
				return nil
			},
		},
		{
			name:        "skipGeometry",
			description: "true: the geometry is null, and CSV has no lon and lat.",
			schema:      schema{"type": "boolean", "default": false},
			read: func(a *asked, text string) error {
				skip, err := parseBool(text)
				a.only.NoGeometry = skip != nil && *skip
				return err
			},
		},
	}
}
