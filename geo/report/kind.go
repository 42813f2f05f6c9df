package report

// Kind is what many reports have in common: of a million reports there are few.
type Kind struct {
	Unit       Unit
	Direction  Direction
	Relation   Relation
	Status     Status
	TLP        TLP
	Source     string
	Releasable Countries
}

// Kind is the kind of the report.
func (r *Report) Kind() Kind {
	return Kind{r.Unit, r.Direction, r.Relation, r.Status, r.TLP, r.Source, r.Releasable}
}

// Make gives the report everything that is of the kind.
func (k Kind) Make(r *Report) {
	r.Unit, r.Direction, r.Relation = k.Unit, k.Direction, k.Relation
	r.Status, r.TLP, r.Source, r.Releasable = k.Status, k.TLP, k.Source, k.Releasable
}
