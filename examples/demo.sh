#!/bin/sh
# a few drafts, from clear to stop; usage: demo.sh PATH-OF-POSTCHECK
postcheck=${1:-postcheck}

show() {
    printf '\n$ postcheck check'
    for word in "$@"; do
        case $word in *' '*) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n\n'
    "$postcheck" check --fail-on never "$@"
}

show "Gritters out from six, flasks filled, Spready Mercury leading the way. Take care on the tops tonight, folks."
show --account corporate "Market day! Spent my day off there with my wife and came home with far too much cheese."
show --not-restricted "Eleven years of this government and still not a single new bus. They should be ashamed of themselves."
show "Proud of what this council has done. Vote Labour on Thursday!"
show --restricted --period pre_election --action repost "Get the Tories out on 7 May #VoteLabour"
