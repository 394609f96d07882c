# bash completion for kmodern, its six tools and kerneld. Options are read from the command's own --help, so that
# they are always those of the installed version; module names from modules.dep and from lsmod.

# The words of --help that are options: those at the beginning of a line, before its explanation.
_kmodern_options() {
  "$@" --help 2>/dev/null </dev/null | expand | sed -n 's/^ *\(-.*\)/\1/p' | sed 's/   *.*//' |
    grep -oE -- '(^|[ ,|/])--?[A-Za-z0-9][A-Za-z0-9-]*' | tr -d ' ,|/'
}

# The value of the last option among "$@" on the command line.
_kmodern_value_of() {
  local i option value=
  for ((i = 1; i < COMP_CWORD; i++)); do
    for option; do
      [[ ${COMP_WORDS[i]} == "$option" ]] && value=${COMP_WORDS[i + 1]}
    done
  done
  [[ $value == '=' ]] && value=
  printf '%s' "${value/#\~/$HOME}"
}

# Names in modules.dep of the chosen folder and release, as a person types them.
_kmodern_known_modules() {
  local root release
  root=$(_kmodern_value_of -d --dirname -b --basedir)
  release=$(_kmodern_value_of -S --set-version -k --set-version)
  sed -n 's|^\([^:]*/\)\{0,1\}\([^/:]*\)\.ko[^:]*:.*|\2|p' \
    "$root/lib/modules/${release:-$(uname -r)}/modules.dep" 2>/dev/null
}

_kmodern_loaded_modules() { # _kmodern_loaded_modules LSMOD...
  local kernel
  kernel=$(_kmodern_value_of --kernel)
  KMODERN_KERNEL=${kernel:-${KMODERN_KERNEL:-}} "$@" 2>/dev/null | awk 'NR > 1 { print $1 }'
}

_kmodern_releases() {
  local root
  root=$(_kmodern_value_of -d --dirname -b --basedir -r --root)
  command ls "$root/lib/modules" 2>/dev/null
}

_kmodern_kernels() { # the names of the user-space kernels that run: _kmodern_kernels KMODERN
  "$1" kernel list 2>/dev/null | sed -n 's/^user:\([^ ]*\).*/\1/p'
}

# Files of a user-space kernel: those of /proc, and of /sys/module as far as they are typed.
_kmodern_view_paths() { # _kmodern_view_paths KMODERN
  local kernel folder=${cur%/*}
  kernel=$(_kmodern_value_of -k --kernel)
  _kmodern_reply "/proc/modules /proc/kallsyms $(printf '/proc/sys/kernel/%s ' modprobe modprobe_options modprobe_timeout module_loader modules_disabled tainted printk osrelease)
    $(KMODERN_KERNEL=${kernel:-${KMODERN_KERNEL:-}} "$1" ls "${folder:-/sys/module}" 2>/dev/null | sed "s|^|$folder/|")"
}

_kmodern_reply() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_kmodern_files() { # folders, and files that match one of the patterns
  local pattern
  mapfile -t COMPREPLY < <(
    compgen -d -- "$cur"
    for pattern; do compgen -f -X "!$pattern" -- "$cur"; done
  )
  compopt -o filenames 2>/dev/null
}
_kmodern_module_files() { _kmodern_files '*.ko' '*.ko.gz' '*.ko.xz' '*.ko.zst'; }
_kmodern_add() { # adds words to what was found
  local more
  mapfile -t more < <(compgen -W "$1" -- "$cur")
  COMPREPLY+=("${more[@]}")
}

_kmodern() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local called=${COMP_WORDS[0]} command kmodern lsmod help i first=1 words=
  called=${called/#\~/$HOME}
  command=${called##*/}
  COMPREPLY=()

  if [[ $command == kmodern ]]; then
    if ((COMP_CWORD == 1)); then
      _kmodern_reply "help --help --version $("$called" help 2>/dev/null | awk '/^  [a-z]/ { print $1 }')"
      return
    fi
    command=${COMP_WORDS[1]}
    first=2
    kmodern=("$called")
    lsmod=("$called" lsmod)
    help=("$called" "$command")
  else
    kmodern=("$(dirname -- "$(readlink -f -- "$(type -P -- "$called")")")/kmodern")
    [[ -x ${kmodern[0]} ]] || kmodern=(kmodern) # kerneld stands in another folder
    lsmod=("${kmodern[0]}" lsmod)
    help=("$called")
  fi

  # What an option's value is; the short ones mean different things to different commands.
  case $command:$previous in
    link:-r | kernel:-r | run:-r | *:--root) _kmodern_files; return ;;
    link:-R | kernel:-R | run:-R | *:--release) _kmodern_reply "$(_kmodern_releases)"; return ;;
    policy:-f | policy:--file | status:-f | status:--file) _kmodern_files '*.toml'; return ;;
    *:--store | policy:-S | requests:-S | status:-S) _kmodern_files '*.db'; return ;;
    policy:-o | policy:--output) _kmodern_files '*.toml'; return ;;
    *:--since | *:--until | policy:-s | requests:-[su]) _kmodern_reply '10m 2h 7d today yesterday'; return ;;
    requests:-r | requests:--result) _kmodern_reply 'loaded unknown blacklisted failed denied'; return ;;
    requests:-a | requests:--asker) mapfile -t COMPREPLY < <(compgen -u -- "$cur"); return ;;
    requests:-n | requests:--name) _kmodern_reply "$(_kmodern_known_modules)"; return ;;
    requests:-l | requests:--limit) return ;;
    policy:-k) _kmodern_reply "$(_kmodern_releases)"; return ;;
    policy:-u | policy:--user) mapfile -t COMPREPLY < <(compgen -u -- "$cur"); return ;;
    policy:-g | policy:--cgroup) return ;;
    kerneld:-f | kerneld:--config) _kmodern_files '*.toml'; return ;;
    kerneld:--modprobe-config | kerneld:--socket | status:--socket) _kmodern_files '*'; return ;;
    config:-o | config:--output) _kmodern_files; return ;;
    static-nodes:-f | static-nodes:--format) _kmodern_reply 'human tmpfiles devname'; return ;;
    static-nodes:-o | static-nodes:--output) _kmodern_files '*'; return ;;
    link:-s | modpost:-[iokt]) _kmodern_files '*'; return ;;
    why:-k) _kmodern_reply "$(_kmodern_releases)"; return ;;
  esac
  case $previous in
    --kernel | -k)
      [[ $previous == -k && $command == modinfo ]] && _kmodern_reply "$(_kmodern_releases)" && return
      words="linux user record"
      for i in $(_kmodern_kernels "${kmodern[0]}"); do words+=" user:$i"; done
      _kmodern_reply "$words"
      declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$cur"
      return ;;
    -d | --dirname | -b | --basedir | -o | --outdir | -m | --moduledir)
      [[ $command == modprobe && ( $previous == -b || $previous == -o || $previous == -m ) ]] || { _kmodern_files; return; } ;;
    -C | --config | -E | --symvers | -F | --filesyms)
      [[ $command == modinfo ]] || { _kmodern_files '*'; return; }
      [[ $previous == -F ]] && _kmodern_reply 'alias author depends description filename firmware intree license name parm retpoline sig_id signer softdep vermagic version weakdep' && return ;;
    --field) _kmodern_reply 'alias author depends description filename firmware intree license name parm retpoline sig_id signer softdep vermagic version weakdep'; return ;;
    -S | --set-version) _kmodern_reply "$(_kmodern_releases)"; return ;;
  esac

  if [[ $cur == -* ]]; then
    _kmodern_reply "$(_kmodern_options "${help[@]}")"
    return
  fi

  case $command in
    insmod) ((COMP_CWORD == first)) && _kmodern_files '*.ko' '*.ko.gz' '*.ko.xz' '*.ko.zst' '*.o' ;;
    link) _kmodern_module_files ;;
    modpost) _kmodern_files '*.o' ;;
    rmmod) _kmodern_reply "$(_kmodern_loaded_modules "${lsmod[@]}")" ;;
    modinfo | why)
      if [[ $cur == */* || $cur == .* ]]; then _kmodern_module_files; else
        _kmodern_reply "$(_kmodern_known_modules)"
        [[ $command == why ]] && _kmodern_add "$(_kmodern_loaded_modules "${lsmod[@]}")"
      fi ;;
    modprobe)
      if [[ $cur == */* ]]; then _kmodern_module_files
      elif [[ " ${COMP_WORDS[*]} " =~ \ (-[a-zA-Z]*r[a-zA-Z]*|--remove[a-z-]*)\  ]]; then
        _kmodern_reply "$(_kmodern_loaded_modules "${lsmod[@]}")"
      else _kmodern_reply "$(_kmodern_known_modules)"; fi ;;
    depmod)
      if [[ $cur == */* ]]; then _kmodern_module_files; else _kmodern_reply "$(_kmodern_releases)"; fi ;;
    config) if ((COMP_CWORD == first)); then _kmodern_reply convert; else _kmodern_files '*'; fi ;;
    policy)
      if ((COMP_CWORD == first)); then _kmodern_reply 'test learn export'; else _kmodern_reply "$(_kmodern_known_modules)"; fi ;;
    kernel)
      if ((COMP_CWORD == first)); then _kmodern_reply 'start stop status list'
      else _kmodern_reply "$(_kmodern_kernels "${kmodern[0]}")"; fi ;;
    open) _kmodern_reply "$("${kmodern[0]}" kernel status 2>/dev/null | sed -n 's/^ *devices *//p')" ;;
    use)
      if ((COMP_CWORD == first)); then _kmodern_reply 'filesystem block socket netdev crypto nls ldisc exec'
      else _kmodern_files '*'; _kmodern_add 'ls cat stat read write size bind connect show up down send listen'; fi ;;
    mount) _kmodern_files ;;
    ls | cat) _kmodern_view_paths "${kmodern[@]}" ;;
    lsmod | dmesg | help | kerneld | requests | status) ;;
    *) compopt -o default 2>/dev/null ;;
  esac
}

# Programs are completed for themselves; tools where this file is loaded by their name.
complete -F _kmodern kmodern kerneld
for _kmodern_tool in insmod rmmod lsmod modprobe depmod modinfo; do
  if [[ ${BASH_SOURCE[0]} == */kmodern.bash || ${BASH_SOURCE[0]} == */"$_kmodern_tool" ]]; then
    complete -F _kmodern "$_kmodern_tool"
  fi
done
unset _kmodern_tool
