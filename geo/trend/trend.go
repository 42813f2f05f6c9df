// Package trend is the statistics that detection rests on: tails of counting
// distributions, tests for a change of rate, a fit of the season. It knows
// numbers only, no geography and no calendar.
//
// Tails are computed as logarithms, because a stretch that was quiet for years and
// then sees 143 people has a probability near 1e-115, where libraries that return
// plain probabilities lose digits or underflow. testdata/golden.json holds what
// R 4.2.2 (and SciPy, which agrees) gives for each function; the tests name the
// tolerance of each.
package trend
