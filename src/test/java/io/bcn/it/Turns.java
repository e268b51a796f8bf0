package io.bcn.it;

import io.bcn.format.ObjectKey;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.ObjectWriter;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who goes next, of several who use one storage: before each operation all wait, and a seed
 * chooses. So every interleaving of their operations can happen, and the same seed repeats it.
 */
final class Turns {
  private static final int NOBODY = -1;

  private final Random random;
  private final Set<Integer> waiting = new TreeSet<>();
  private int players;
  private int turn = NOBODY;

  Turns(Random random, int players) {
    this.random = random;
    this.players = players;
  }

  /** The storage as one player sees it. Used by one thread. */
  Storage storage(int player, Storage inside) {
    return new OfPlayer(this, player, inside);
  }

  /** The player does nothing more. */
  synchronized void ends() {
    players--;
    choose();
  }

  private synchronized void await(int player) {
    waiting.add(player);
    choose();
    while (turn != player) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    turn = NOBODY;
    waiting.remove(player);
  }

  private void choose() {
    if (turn == NOBODY && !waiting.isEmpty() && waiting.size() == players) {
      List<Integer> all = new ArrayList<>(waiting);
      turn = all.get(random.nextInt(all.size()));
      notifyAll();
    }
  }

  private static final class OfPlayer implements Storage {
    private static final long serialVersionUID = 1L;

    private final Turns turns;
    private final int player;
    private final Storage inside;

    OfPlayer(Turns turns, int player, Storage inside) {
      this.turns = turns;
      this.player = player;
      this.inside = inside;
    }

    /** What a Spark task does takes no turns: it happens at once between two of its player's. */
    private Object writeReplace() {
      return inside;
    }

    @Override
    public String root() {
      return inside.root();
    }

    @Override
    public Optional<byte[]> read(ObjectKey key) {
      turns.await(player);
      return inside.read(key);
    }

    @Override
    public InputStream open(ObjectKey key) {
      turns.await(player);
      return inside.open(key);
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key) {
      turns.await(player);
      return inside.stat(key);
    }

    @Override
    public boolean create(ObjectKey key, byte[] bytes) {
      turns.await(player);
      return inside.create(key, bytes);
    }

    @Override
    public void replace(ObjectKey key, byte[] bytes) {
      turns.await(player);
      inside.replace(key, bytes);
    }

    @Override
    public ObjectWriter write(ObjectKey key) {
      ObjectWriter writer = inside.write(key);
      return new ObjectWriter() {
        @Override
        public void write(int oneByte) throws IOException {
          writer.write(oneByte);
        }

        @Override
        public void write(byte[] bytes, int offset, int lengthBytes) throws IOException {
          writer.write(bytes, offset, lengthBytes);
        }

        @Override
        public void commit() throws IOException {
          turns.await(player);
          writer.commit();
        }

        @Override
        public void close() throws IOException {
          writer.close();
        }
      };
    }

    @Override
    public Stream<ObjectStat> list(ObjectKey prefix) {
      turns.await(player);
      return inside.list(prefix);
    }

    @Override
    public void delete(ObjectKey key) {
      turns.await(player);
      inside.delete(key);
    }
  }
}
