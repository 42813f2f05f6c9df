package main

import (
	"fmt"

	"frontierwatch/data/postgis"
)

type rolesCmd struct {
	Node    string `default:"frontierwatch_node" placeholder:"NAME" help:"The role of the nodes (${default})."`
	Analyst string `default:"frontierwatch_analyst" placeholder:"NAME" help:"The role of analysts (${default})."`
}

func (rolesCmd) Help() string {
	return `Writes SQL that makes two roles in a database and grants each what it needs: the nodes add to the log
and can change or remove nothing that was written; analysts read the tables and views, and not the log.
Read it, then let the owner of the tables run it. Passwords are yours to set (\password in psql).

Example:
  frontierwatch roles | psql postgres://admin@db1/frontier`
}

func (c *rolesCmd) Run(s *session) error {
	_, err := fmt.Fprint(s.out, postgis.Roles(c.Node, c.Analyst))
	return err
}
