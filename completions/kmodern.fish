# fish completion for kmodern, its six tools and kerneld. Options are read from the command's own --help.

function __kmodern_words # the command whose options count, as it would be typed
    set -l words (commandline -opc)
    if test (basename -- $words[1]) = kmodern; and set -q words[2]
        echo $words[1]
        echo $words[2]
    else
        echo $words[1]
    end
end

function __kmodern_options
    set -l command (__kmodern_words)
    command $command --help 2>/dev/null </dev/null | string match -r '^\s*-.*' | string trim |
        string replace -r '(  |\t).*' '' | string match -ra -- '(?<=^|[ ,|/])--?[A-Za-z0-9][A-Za-z0-9-]*'
end

function __kmodern_value_of
    set -l words (commandline -opc)
    set -l value
    for i in (seq (count $words))
        contains -- $words[$i] $argv; and set value $words[(math $i + 1)]
    end
    echo $value
end

function __kmodern_releases
    command ls (__kmodern_value_of -d --dirname -b --basedir --root)/lib/modules 2>/dev/null
end

function __kmodern_known_modules
    set -l release (__kmodern_value_of -S --set-version -k)
    test -n "$release"; or set release (uname -r)
    sed -n 's|^\([^:]*/\)\{0,1\}\([^/:]*\)\.ko[^:]*:.*|\2|p' (__kmodern_value_of -d --dirname -b --basedir)/lib/modules/$release/modules.dep 2>/dev/null
end

function __kmodern_loaded_modules
    set -l kernel (__kmodern_value_of --kernel)
    test -n "$kernel"; and set -lx KMODERN_KERNEL $kernel
    kmodern lsmod 2>/dev/null | tail -n +2 | string replace -r ' .*' ''
end

function __kmodern_is # the command is one of argv, by its own name or after kmodern
    set -l command (__kmodern_words)
    contains -- (basename -- $command[-1]) $argv
end

complete -c kerneld -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__kmodern_options)'
for program in kmodern insmod rmmod lsmod modprobe depmod modinfo
    complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__kmodern_options)'
    complete -c $program -n '__kmodern_is modinfo modprobe why' -a '(__kmodern_known_modules)'
    complete -c $program -n '__kmodern_is rmmod' -f -a '(__kmodern_loaded_modules)'
    complete -c $program -n '__kmodern_is depmod' -a '(__kmodern_releases)'
    complete -c $program -n '__kmodern_is config' -a 'convert'
    complete -c $program -n '__kmodern_is policy' -a 'test learn export (__kmodern_known_modules)'
    complete -c $program -n '__kmodern_is requests static-nodes status' -f
    complete -c $program -n '__kmodern_is use' -a 'filesystem block socket netdev crypto nls ldisc exec'
    complete -c $program -n '__kmodern_is kernel' -f -a 'start stop status list'
end
complete -c kmodern -n 'test (count (commandline -opc)) -eq 1' -f -a '(kmodern help 2>/dev/null | string match -r "^  [a-z].*" | string trim | string replace -r " +" \t)'
