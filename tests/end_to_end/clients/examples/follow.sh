#!/usr/bin/env bash
# Prints what a subscription gives, a line each; after a break it goes on behind the last one.
# follow.sh URL KEY '{"query": "subscription …"}' [CURSOR]
url=$1 key=$2 body=$3 last=${4-}
while true; do
    id='' data=''
    while IFS= read -r line; do
        case $line in
            'event: complete') exit ;;
            'id: '*) id=${line#id: } ;;
            'data: '*) data=${line#data: } ;;
            '') # only now it is whole
                [ -n "$data" ] && printf '%s\n' "$data" && last=$id
                data='' ;;
        esac
    done < <(curl -sN "$url" -H "Authorization: Bearer $key" -H 'Accept: text/event-stream' \
        -H 'Content-Type: application/json' -d "$body" -H "Last-Event-ID: $last")
    sleep "${PAUSE:-2}"
done
