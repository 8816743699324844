/* What the warden orders of a fork: a memory that holds an agora_order and, behind it, three texts, of which
   the first two end with a zero: the work folder, the entry, the argument. The same build writes and reads
   it. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct agora_order {            /* NOLINT(readability-identifier-naming): a name of C */
  unsigned long long out_bytes; /* of /out; 0: there is none */
  unsigned long long scratch_bytes, files;
  unsigned long long file_bytes;
  unsigned long long data_bytes; /* 0: memory is counted by a cgroup */
  unsigned long long processes;
  unsigned user, own_users;
  unsigned is_zygote;
  unsigned loopback;   /* of its own network, up */
  unsigned parks;      /* waits for the first message before its entry runs */
  unsigned groups;     /* how many cgroups it enters */
  unsigned work_size;  /* with its zero */
  unsigned entry_size; /* with its zero */
  unsigned argument_size;
};

/* What a sealed process has in its hands. */
struct agora_sealed { /* NOLINT(readability-identifier-naming): a name of C */
  int channel;
  int control; /* of a zygote; else -1 */
  int handed_count;
  int handed[256];
  char handed_names[16384]; /* each ends with a zero */
  char* entry;
  char* argument;
  unsigned argument_size;
  unsigned counts_itself; /* no cgroup remembers what this tree was */
};

/* Forks, as fork(2) does; the child comes back only when it is sealed, counted, told to go and, where it
   parks, spoken to. It enters its cgroups, leaves the parent's descriptors, builds a root from `base` ("p"
   and a target, "l", a target and where it points to; each word ends with a zero) and from the mounts that
   come over the link, closes itself in, says "sealed", waits for "go" and calls `awake`, the language's own
   duty after a fork. `fds`: link, channel, output, filter, order, a zygote's control, the cgroups' files. A
   process that cannot be sealed completely says "failed WHY" on its link and ends; nothing of it ever runs.
 */
int agora_fork(const char* base, unsigned base_size, const int* fds, int count, void (*awake)(void));

/* Of the process that agora_fork has made and that calls this. */
const struct agora_sealed* agora_hands(void);

#ifdef __cplusplus
}
#endif
