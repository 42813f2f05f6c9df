package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

func (completionCmd) Help() string {
	return `Writes what a shell needs to complete commands, flags and the values of flags.

Examples:
  source <(frontierwatch completion bash)
  frontierwatch completion fish > ~/.config/fish/completions/frontierwatch.fish`
}

func (c completionCmd) Run(s *session, app *kong.Kong) error {
	write := map[string]func(io.Writer, *kong.Application){"bash": completeBash, "zsh": completeZsh, "fish": completeFish}
	write[c.Shell](s.out, app.Model)
	return nil
}

// completeZsh lets zsh use what bash uses.
func completeZsh(w io.Writer, app *kong.Application) {
	fmt.Fprint(w, "#compdef frontierwatch\nautoload -U +X bashcompinit && bashcompinit\n")
	completeBash(w, app)
}

// completeBash writes one function: the words so far choose the command, the word
// before the cursor the values.
func completeBash(w io.Writer, app *kong.Application) {
	fmt.Fprint(w, `_frontierwatch() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path= word words=
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) break ;; *) path+=" $word" ;; esac
  done
  COMPREPLY=()
  case "$path|$prev" in
`)
	for _, n := range nodes(app.Node) {
		for _, f := range n.Flags {
			if values := enum(f.Value); values != "" {
				fmt.Fprintf(w, "    \"%s\"*\"|--%s\") words='%s' ;;\n", path(n), f.Name, values)
			}
		}
	}
	fmt.Fprint(w, "  esac\n  if [[ -z $words ]]; then\n  case \"$path\" in\n")
	for _, n := range nodes(app.Node) {
		rest := "*" // arguments may follow a command, nothing the program itself
		if len(n.Children) > 0 {
			rest = ""
		}
		fmt.Fprintf(w, "    \"%s\"%s) words='%s' ;;\n", path(n), rest, strings.Join(words(n), " "))
	}
	fmt.Fprint(w, `  esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _frontierwatch frontierwatch
`)
}

func completeFish(w io.Writer, app *kong.Application) {
	quote := func(s string) string { return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'" }
	for _, n := range nodes(app.Node) {
		if n.Type == kong.ApplicationNode {
			for _, c := range n.Children {
				fmt.Fprintf(w, "complete -c frontierwatch -n __fish_use_subcommand -f -a %s -d %s\n", c.Name, quote(c.Help))
			}
			continue
		}
		seen := strings.Join(strings.Fields(path(n)), "; and __fish_seen_subcommand_from ")
		for _, c := range n.Children {
			fmt.Fprintf(w, "complete -c frontierwatch -n '__fish_seen_subcommand_from %s' -f -a %s -d %s\n", seen, c.Name, quote(c.Help))
		}
		for _, f := range n.Flags {
			fmt.Fprintf(w, "complete -c frontierwatch -n '__fish_seen_subcommand_from %s' -l %s -d %s", seen, f.Name, quote(f.Help))
			if values := enum(f.Value); values != "" {
				fmt.Fprintf(w, " -x -a %s", quote(values))
			}
			fmt.Fprintln(w)
		}
	}
}

// nodes are the program and its commands, the deepest first, so that the longest
// path matches.
func nodes(n *kong.Node) (all []*kong.Node) {
	for _, c := range n.Children {
		all = append(all, nodes(c)...)
	}
	if n.Hidden {
		return nil
	}
	return append(all, n)
}

// path is the words that lead to a command, each after a space.
func path(n *kong.Node) string {
	if n.Parent == nil {
		return ""
	}
	return path(n.Parent) + " " + n.Name
}

// words are what may follow a command.
func words(n *kong.Node) (all []string) {
	for _, c := range n.Children {
		if !c.Hidden {
			all = append(all, c.Name)
		}
	}
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			all = append(all, "--"+f.Name)
		}
	}
	return all
}

// enum is the values of a flag that has few, separated by spaces.
func enum(v *kong.Value) string { return strings.ReplaceAll(v.Enum, ",", " ") }
