package boundary

import (
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
)

// Ports are the ports of entry on the frontier.
func Ports(f *frontier.Frontier) ([]guard.Port, error) { return nil, nil }

// Posts are the other guarding presences on the frontier.
func Posts(f *frontier.Frontier) ([]guard.Post, error) { return nil, nil }
