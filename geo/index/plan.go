package index

// plan chooses between the two ways through a run: backwards over its rows,
// which is done as soon as the page is full, or by the tree, which finds every
// hit of the run but looks at little else. The share of rows that hit is not
// known beforehand; it is learnt from the rows that the search has seen so far,
// and the choice is made anew as it learns. So no run is scanned for long in
// vain, and nothing has to be kept up to date for it.
type plan struct {
	need int     // versions that are still wanted
	seen int     // rows that were looked at, one way or the other
	hits int     // of them, in a box
	kept int     // of these, in the answer
	ask  float64 // what asking a tree costs at the least, nanoseconds
}

// What a row costs in a scan and a hit in the tree, in nanoseconds. Only their
// ratio matters.
const (
	scanCost = 1.2
	treeCost = 2
)

// prefersTree says whether the tree of a run of n rows costs less than scanning
// the rows that are left.
func (p *plan) prefersTree(n, left int) bool {
	share := float64(p.hits+1) / float64(p.seen+2)
	kept := float64(p.kept+1) / float64(p.hits+1)
	scan := min(float64(left), float64(p.need)/(share*min(kept, 1))) * scanCost
	tree := p.ask + float64(n)*share*treeCost + float64(n)/block
	return tree < scan
}
