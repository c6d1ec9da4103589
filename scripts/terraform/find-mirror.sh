# Finds a mirror of Terraform providers that no other user of this machine can change. Sourced by scripts/terraform.sh.
#
# Terraform runs the providers of a mirror. Therefore a mirror that the user did not name is accepted only if root or the
# user owns it, its content and every folder above it, and no other user can write to any of them.

readonly REGISTRY=registry.terraform.io

# owned_and_closed <path>: root or the user owns it, and neither its group nor others can write to it.
owned_and_closed() {
  local mode owner
  read -r mode _ owner _ < <(LC_ALL=C ls -ldn "$1" 2>/dev/null) || return 1
  [ "$owner" = 0 ] || [ "$owner" = "$EUID" ] || return 1
  case $mode in
    l*) return 0 ;; # the mode of a link has no meaning; its target is checked
    ??????????+*) return 1 ;; # an access control list can allow other users to write
    ?????-??-*) return 0 ;;
  esac
  return 1
}

# is_trusted <top> <path below it> [links followed]: owned_and_closed holds for every level of the path, and for every
# level of the target of each link in the path.
is_trusted() {
  local top=${1%/} links=${3:-0} at=${1%/} part target
  local -a parts
  [ "$links" -lt 20 ] && owned_and_closed "${at:-/}" || return 1
  IFS=/ read -r -a parts <<<"${2:-/}"
  for part in "${parts[@]}"; do
    case $part in
      '' | .) continue ;;
      ..) at=${at%/*} && continue ;;
    esac
    owned_and_closed "$at/$part" || return 1
    if [ ! -L "$at/$part" ]; then
      at=$at/$part
      continue
    fi
    target=$(readlink "$at/$part") || return 1
    case $target in
      /*) is_trusted / "$target" $((links + 1)) || return 1 ;;
      *) is_trusted "${top:-/}" "${at#"$top"}/$target" $((links + 1)) || return 1 ;;
    esac
    if [ -d "$at/$part" ]; then at=$(cd "$at/$part" && pwd -P); else at=$at/$part; fi
  done
}

# is_trusted_tree <top> <folder below it>: the folder, its contents, and the targets of links in it are trusted.
is_trusted_tree() {
  local entry
  is_trusted "$1" "$2" || return 1
  while IFS= read -r -d '' entry; do
    if [ -L "$entry" ]; then
      is_trusted "$1" "${entry#"${1%/}"}" || return 1
    else
      owned_and_closed "$entry" || return 1
    fi
  done < <(find -L "${1%/}$2/" -mindepth 1 -print0 2>/dev/null)
}

# find_mirror <top>: the first trusted folder one or two levels below a folder of <top> that contains
# <registry>/hashicorp/aws. Folders for data, mounts and the kernel are not searched.
find_mirror() {
  local top=${1%/} folder found mirror
  for folder in "$top"/*/; do
    case ${folder#"$top"} in
      /dev/ | /home/ | /media/ | /mnt/ | /net/ | /proc/ | /run/ | /sys/ | /tmp/ | /var/) continue ;;
    esac
    for found in "$folder"*/"$REGISTRY"/hashicorp/aws "$folder"*/*/"$REGISTRY"/hashicorp/aws; do
      [ -d "$found" ] || continue
      mirror=${found%/"$REGISTRY"/hashicorp/aws}
      if is_trusted_tree "$1" "${mirror#"$top"}"; then
        echo "$mirror"
        return
      fi
      echo "terraform: the provider mirror $mirror is not used: users other than root and you can change it, so name it in TF_PROVIDER_MIRROR if you trust it" >&2
    done
  done
}
