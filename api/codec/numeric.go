package codec

// NumericID is the fid of a record that has no number of its own: a hash of its
// id (FNV-1a), positive and below 2^53, so that every reader of JSON keeps it.
func NumericID(id string) int64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return int64(max(h>>11, 1))
}
