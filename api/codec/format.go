package codec

// Format is one way to write a collection. The zero value is GeoJSON.
type Format uint8

const (
	GeoJSON    Format = iota // one FeatureCollection
	GeoJSONSeq               // a feature a record (RFC 8142)
	CSV                      // a feature a row, with a header
)
