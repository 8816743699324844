/* The steps that build a root and seal a process, each one system call or a few, with a plain C ABI:
   agora-cell takes them to make a zygote, and a forked Python takes them through libagora-cell.so. They
   allocate nothing and know nothing of Python, files' meaning or the warden.
   Every step returns a value >= 0, or -1 with "call object: reason (errno)" in agora_failure(). */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

const char* agora_failure(void);

/* A new mount, ipc and uts namespace for a cell (a zygote has them from its birth). */
int agora_own_namespaces(void);
/* A network of the process's own, with nothing in it; or the one behind `network`. */
int agora_new_network(void);
int agora_enter_network(int network);
/* Up, in the process's own network; there is nothing else in it. */
int agora_loopback(void);
/* A new pid namespace for the next children only; agora_own_children goes back to the one behind `pid_ns`. */
int agora_children_apart(void);
int agora_own_children(int pid_ns);

/* The new root: a tmpfs on the existing folder `stage`. Until agora_root_close, targets are inside it. */
int agora_root_open(const char* stage);
int agora_folder(const char* target, unsigned mode);
int agora_file(const char* target, const char* text);
int agora_link(const char* target, const char* to);
int agora_tmpfs(const char* target, unsigned long long bytes, unsigned long long inodes);
/* A detached copy of what stands at `path` in the present root. */
int agora_tree(const char* path);
/* Attaches a detached mount, making its mount point. Never follows a link. Closes `tree`. */
int agora_attach(int tree, const char* target);
int agora_proc(void);
/* Read-only from here on; the old root is gone. */
int agora_root_close(void);

struct agora_limits { /* NOLINT(readability-identifier-naming): a name of C */
  unsigned long long file_bytes;
  unsigned long long data_bytes; /* 0: memory is counted by a cgroup */
  unsigned long long processes;
};
int agora_limit(const struct agora_limits* limits);

/* The process becomes user `id`, alone: with `own_users`, root of a user namespace that maps only itself. */
int agora_become(unsigned id, int own_users);
/* Drops every capability that `keep` (a bit mask) lacks, also from what exec could give back. */
int agora_keep_capabilities(unsigned long long keep);
/* No privilege can be gained; then the seccomp program in the memfd `filter` holds. */
int agora_filter(int filter);

/* Closes all descriptors but standard ones and the `count` in `keep`, which must be sorted. */
int agora_close_others(const int* keep, int count);
int agora_die_with_parent(void);

#ifdef __cplusplus
}
#endif
