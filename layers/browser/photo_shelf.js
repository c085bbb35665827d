// Photos that wait on the phone until they can be sent, by the name of their form: they are
// too large for where texts wait.
const SHELF = "pagoda-photos";
const PHOTOS = "photos";

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(SHELF, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(PHOTOS);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within(mode, act) {
  const shelf = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = shelf.transaction(PHOTOS, mode);
      const request = act(transaction.objectStore(PHOTOS));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    shelf.close();
  }
}

export const putPhoto = (name, file) => within("readwrite", (photos) => photos.put(file, name));

export const dropPhoto = (name) => within("readwrite", (photos) => photos.delete(name));

// undefined where the browser has thrown it away
export const photoOf = (name) => within("readonly", (photos) => photos.get(name));
