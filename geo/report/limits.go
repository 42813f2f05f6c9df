package report

import "time"

// What a valid record keeps to. The texts of faults name these figures.
const (
	// MaxID is the length of the longest id, of a report or a source.
	MaxID = 64
	// MaxRef is the length of the longest source_ref, in characters.
	MaxRef = 64
	// MaxOverlaps is how many reports one report may overlap.
	MaxOverlaps = 64
	// MaxCount is the largest count: the largest integer that every reader of
	// JSON keeps exactly (RFC 8259, section 6).
	MaxCount = 1<<53 - 1
	// FirstYear is the earliest year in which something may have been observed.
	FirstYear = 1900
	// Ahead is how far a time may lie in the future, for clocks that differ.
	Ahead = 5 * time.Minute

	maxDepth  = 16  // of nested arrays and objects in a text
	maxAgency = 128 // characters
	maxCaveat = 512 // characters
)
