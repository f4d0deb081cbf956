#!/bin/sh
# Copies a published index while it is served and written to: backup.sh INDEX COPY
#
# What is published never changes and stays for at least one publication more. So CURRENT is copied first, then all that
# it may name; what a writer has under way is left out. The copy is checked whole, and made again if two publications
# overtook it.
set -eu

index=${1:?usage: backup.sh INDEX COPY}
copy=${2:?usage: backup.sh INDEX COPY}
imr=${IMR:-imr}

[ -e "$copy" ] && { echo "backup: $copy is there already" >&2; exit 2; }
for try in 1 2 3; do
    rm -rf "$copy.part"
    mkdir -p "$copy.part"
    cp -p "$index/CURRENT" "$copy.part/CURRENT"
    for entry in "$index"/*; do
        case ${entry##*/} in
        CURRENT | CURRENT.new | writer.lock | *.kept) ;;
        # An older generation may go while it is copied; the check below sees what matters.
        *) cp -Rp "$entry" "$copy.part/" 2>/dev/null || : ;;
        esac
    done
    if $imr index --verify --index "$copy.part"; then
        mv "$copy.part" "$copy"
        exit 0
    fi
    echo "backup: try $try is not whole" >&2
done
rm -rf "$copy.part"
exit 1
