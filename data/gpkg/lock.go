package gpkg

type fileLock struct{}

func (*fileLock) release() error                    { return nil }
func (s *Store) keepOthersAway() (*fileLock, error) { return nil, nil }
